package io.vde.media;

/**
 * A decoded image and what its file said.
 *
 * @param type what the bytes are
 * @param pixels upright and opaque
 */
public record Decoded(ImageType type, Pixels pixels) {}
