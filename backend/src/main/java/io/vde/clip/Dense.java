package io.vde.clip;

/**
 * A linear layer behind a graph: {@code y = W x + b}.
 *
 * @param weights row by row, {@code out x in}
 * @param bias {@code out} long; zeros when the layer has none
 */
record Dense(float[] weights, float[] bias) {
  /** Numbers that come out. */
  int out() {
    return bias.length;
  }

  /** Numbers that go in. */
  int in() {
    return weights.length / bias.length;
  }

  float[] apply(double[] x) {
    float[] y = new float[bias.length];
    for (int row = 0; row < y.length; row++) {
      double sum = bias[row];
      for (int i = 0; i < x.length; i++) {
        sum += weights[row * x.length + i] * x[i];
      }
      y[row] = (float) sum;
    }
    return y;
  }
}
