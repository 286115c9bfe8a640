package io.vde.learn;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A classifier as a DL4J network of one output layer without bias. */
final class Dl4jExport {
  private static final double LEARNING_RATE = 0.1;

  private Dl4jExport() {}

  /**
   * The network's file: {@code MultiLayerNetwork.load} reads it, and {@code output} of an image's
   * vector (a row of {@code dimension} numbers) is the sigmoid of its score.
   *
   * @param weights {@code dimension} long
   * @param model whose vectors it is for; the layer is named after it
   */
  static byte[] network(float[] weights, String model) {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .updater(new Sgd(LEARNING_RATE))
            .list()
            .layer(
                new OutputLayer.Builder(LossFunction.XENT)
                    .name(model)
                    .nIn(weights.length)
                    .nOut(1)
                    .hasBias(false)
                    .activation(Activation.SIGMOID)
                    .build())
            .build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    network.setParams(Nd4j.createFromArray(new float[][] {weights}));
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ModelSerializer.writeModel(network, out, false);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
