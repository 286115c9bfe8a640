package io.vde.media;

/**
 * What the header of an image says.
 *
 * @param type by the signature
 * @param width in pixels, upright
 * @param height in pixels, upright
 */
public record ImageInfo(ImageType type, int width, int height) {}
