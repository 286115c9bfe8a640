package io.vde.media;

/**
 * A decoded image and what its file said.
 *
 * @param type what the bytes are
 * @param width of the image, upright; its pixels may have been decoded smaller
 * @param height of the image
 * @param pixels upright and opaque
 */
public record Decoded(ImageType type, int width, int height, Pixels pixels) {}
