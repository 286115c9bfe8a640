package io.vde.media;

import java.nio.file.Path;

/**
 * A small picture of an image, longest side at most 256 pixels.
 *
 * @param file its bytes
 * @param mediaType for a Content-Type header
 */
public record Thumbnail(Path file, String mediaType) {}
