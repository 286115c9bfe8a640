package io.vde.clip;

/** L2 normalisation that does not let a broken vector pass. */
final class UnitVector {
  private UnitVector() {}

  /**
   * The vector, made one long in place.
   *
   * @throws EmbeddingException when it is zero or not finite
   */
  static float[] of(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    double scale = 1 / Math.sqrt(sum);
    if (!Double.isFinite(sum) || !Double.isFinite(scale)) {
      throw new EmbeddingException("The model gave no usable vector for this input.");
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (vector[i] * scale);
    }
    return vector;
  }
}
