package io.vde.media;

import java.util.Objects;

/**
 * An image as a model and a screen see it: upright, opaque, 8 bits a channel.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb {@code height * width * 3} bytes, rows from the top, red, green and blue interleaved;
 *     shared, not copied
 */
public record Pixels(int width, int height, byte[] rgb) {
  public Pixels {
    Objects.requireNonNull(rgb, "rgb is null");
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("an image of " + width + " x " + height + " pixels");
    }
    if (rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          rgb.length + " bytes for " + width + " x " + height + " RGB pixels");
    }
  }
}
