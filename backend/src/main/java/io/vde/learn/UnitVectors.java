package io.vde.learn;

/** Vectors of unit length. */
final class UnitVectors {
  private UnitVectors() {}

  /**
   * The vector scaled to unit length; computed in double and rounded once.
   *
   * @throws ArithmeticException when it has no direction (zero, or not finite)
   */
  static float[] normalised(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    double length = Math.sqrt(sum);
    if (!(length > 0) || Double.isInfinite(length)) {
      throw new ArithmeticException("a vector of length " + length + " has no direction");
    }
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (vector[i] / length);
    }
    return unit;
  }
}
