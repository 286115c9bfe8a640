package io.vde.clip;

/**
 * What a model will see of an image: resized and cropped for it, still 8 bits a channel. Small, so
 * that many may wait; made by {@link Encoder#prepare} and good for that encoder only.
 */
public final class PreparedImage {
  private final byte[] rgb;

  PreparedImage(byte[] rgb) {
    this.rgb = rgb;
  }

  byte[] rgb() {
    return rgb;
  }
}
