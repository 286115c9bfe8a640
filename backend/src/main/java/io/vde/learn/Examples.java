package io.vde.learn;

/**
 * The labelled images of one round.
 *
 * @param vectors one row an image, each unit length and {@code dimension} long
 * @param positive the verdict on each row
 */
public record Examples(float[][] vectors, boolean[] positive) {
  public Examples {
    if (vectors.length != positive.length) {
      throw new IllegalArgumentException(
          vectors.length + " vectors but " + positive.length + " verdicts");
    }
  }

  int size() {
    return vectors.length;
  }
}
