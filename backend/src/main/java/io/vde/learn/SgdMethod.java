package io.vde.learn;

import jakarta.inject.Singleton;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The method of MyScale's demo: one linear layer without bias that starts at the query's vector,
 * binary cross-entropy with logits (mean over the examples), stochastic gradient descent with a
 * learning rate of 0.1, five iterations over all examples, and the weights normalised before each.
 *
 * <p>With logits {@code z = X w} and verdicts {@code y} in {0, 1} the gradient of the mean
 * cross-entropy is {@code Xᵀ (σ(z) - y) / n}. The normalisation lies outside the gradient, as in
 * the demo: it only keeps the step from changing the length.
 */
@Singleton
public final class SgdMethod implements Method {
  private static final int ITERATIONS = 5;
  private static final double LEARNING_RATE = 0.1;

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public float[] fit(float[] query, float[] weights, Examples examples) {
    float[] fitted = iterate(weights, examples);
    return UnitVectors.normalised(fitted);
  }

  /**
   * The five iterations, without the normalisation of the result.
   *
   * @param weights where to start, {@code dimension} long, not zero
   * @return the weights after the last step, about unit length
   */
  float[] iterate(float[] weights, Examples examples) {
    int n = examples.size();
    int dimension = weights.length;
    float[] verdicts = new float[n];
    for (int i = 0; i < n; i++) {
      verdicts[i] = examples.positive()[i] ? 1 : 0;
    }
    try (INDArray x = rows(examples.vectors(), dimension);
        INDArray y = Nd4j.createFromArray(verdicts).reshape(n, 1);
        INDArray w = Nd4j.createFromArray(weights).reshape(dimension, 1)) {
      for (int i = 0; i < ITERATIONS; i++) {
        w.divi(w.norm2Number());
        try (INDArray residual = Transforms.sigmoid(x.mmul(w), false).subi(y);
            INDArray gradient = x.transpose().mmul(residual)) {
          w.subi(gradient.muli(LEARNING_RATE / n));
        }
      }
      return w.castTo(DataType.FLOAT).dup().data().asFloat();
    }
  }

  /**
   * The vectors as one array, copied once: Nd4j.createFromArray would lay them out on the heap
   * first.
   */
  private static INDArray rows(float[][] vectors, int dimension) {
    INDArray rows = Nd4j.createUninitialized(DataType.FLOAT, vectors.length, dimension);
    FloatBuffer numbers = rows.data().asNioFloat();
    for (float[] vector : vectors) {
      numbers.put(vector);
    }
    return rows;
  }
}
