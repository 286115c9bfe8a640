package io.vde.clip;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * What a graph that combines both towers is given for the tower that is not wanted: as little as it
 * takes. Nothing when the towers are apart.
 */
final class Filler implements AutoCloseable {
  private final Map<String, OnnxTensor> tensors = new HashMap<>();

  private Filler() {}

  static Filler none() {
    return new Filler();
  }

  /** Pictures for a run that wants texts: none if the graph can do without, else a black one. */
  static Filler pictures(Graph graph, Preprocessing preprocessing, TextBundle texts)
      throws OrtException {
    Filler filler = new Filler();
    if (graph.input(VisionTower.PIXELS, OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16) == null) {
      return filler;
    }
    OnnxJavaType type = graph.inputType(VisionTower.PIXELS);
    long[] shape = {0, 3, preprocessing.height(), preprocessing.width()};
    filler.tensors.put(VisionTower.PIXELS, zeros(shape, type));
    if (!filler.suffices(graph, texts)) {
      filler.close();
      shape[0] = 1;
      filler.tensors.put(VisionTower.PIXELS, zeros(shape, type));
    }
    return filler;
  }

  /** Texts for a run that wants pictures: one of a single token. */
  static Filler texts(Graph graph, long token) throws OrtException {
    Filler filler = new Filler();
    for (String name : new String[] {TextTower.IDS, TextTower.MASK, TextTower.TYPES}) {
      if (graph.input(name, OnnxJavaType.INT64) != null) {
        long value =
            switch (name) {
              case TextTower.IDS -> token;
              case TextTower.MASK -> 1;
              default -> 0;
            };
        filler.tensors.put(
            name, OnnxTensor.createTensor(OnnxEnvironment.get(), new long[][] {{value}}));
      }
    }
    return filler;
  }

  void addTo(Map<String, OnnxTensor> inputs) {
    inputs.putAll(tensors);
  }

  /** So that a run's own tensors are left, which it closes. */
  void removeFrom(Map<String, OnnxTensor> inputs) {
    inputs.keySet().removeAll(tensors.keySet());
  }

  @Override
  public void close() {
    tensors.values().forEach(OnnxTensor::close);
    tensors.clear();
  }

  private boolean suffices(Graph graph, TextBundle texts) throws OrtException {
    try (Filler word = texts(graph, 0)) {
      Map<String, OnnxTensor> inputs = new HashMap<>(tensors);
      word.addTo(inputs);
      graph.attempt(inputs, graph.output(texts.outputs(), 2, texts.width()), texts.width());
      return true;
    } catch (OrtException | BundleException e) {
      return false;
    }
  }

  private static OnnxTensor zeros(long[] shape, OnnxJavaType type) throws OrtException {
    int size = type == OnnxJavaType.FLOAT16 ? Short.BYTES : Float.BYTES;
    int bytes = (int) (shape[0] * shape[1] * shape[2] * shape[3]) * size;
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    return OnnxTensor.createTensor(OnnxEnvironment.get(), buffer, shape, type);
  }
}
