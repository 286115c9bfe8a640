package io.vde.clip;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One ONNX graph that gives one vector for each row of its input. */
final class Graph implements AutoCloseable {
  private final String file;
  private final OrtSession session;
  private final String output;
  private final int dimension;

  /**
   * Loads it and finds its output.
   *
   * @param model its file
   * @param threads of one run
   * @param output the name that the output usually has; a lone one of the right width is taken too
   * @param dimension of the vectors
   * @throws BundleException when it cannot be loaded or has no such output
   */
  Graph(Path model, int threads, String output, int dimension) {
    this.file = "onnx/" + model.getFileName();
    this.dimension = dimension;
    try {
      session = OnnxEnvironment.open(model, threads);
    } catch (OrtException e) {
      throw new BundleException("The model's " + file + " cannot be loaded.", e);
    }
    try {
      this.output = findOutput(output);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The shape of an input (-1: any), or null when there is none of that name. */
  long[] input(String name, OnnxJavaType type) {
    try {
      NodeInfo node = session.getInputInfo().get(name);
      if (node == null) {
        return null;
      }
      if (!(node.getInfo() instanceof TensorInfo info) || info.type != type) {
        throw new BundleException(
            "The model's %s has an input \"%s\" that is not of type %s."
                .formatted(file, name, type));
      }
      return info.getShape();
    } catch (OrtException e) {
      throw new BundleException("The model's " + file + " cannot be read.", e);
    }
  }

  /** The same, for an input that must be there. */
  long[] neededInput(String name, OnnxJavaType type) {
    long[] shape = input(name, type);
    if (shape == null) {
      throw new BundleException("The model's %s has no input \"%s\".".formatted(file, name));
    }
    return shape;
  }

  /** Refuses a graph that wants more than we can give it. */
  void allowInputs(List<String> known) {
    for (String name : session.getInputNames()) {
      if (!known.contains(name)) {
        throw new BundleException(
            "The model's %s wants an input \"%s\" that is not supported.".formatted(file, name));
      }
    }
  }

  /**
   * Runs a batch.
   *
   * @return {@code count} vectors, not normalised
   */
  List<float[]> run(Map<String, OnnxTensor> inputs, int count) throws OrtException {
    try (OrtSession.Result result = session.run(inputs, java.util.Set.of(output))) {
      FloatBuffer rows = ((OnnxTensor) result.get(0)).getFloatBuffer();
      if (rows.remaining() != count * dimension) {
        throw new EmbeddingException("The model's " + file + " gave vectors of another length.");
      }
      List<float[]> vectors = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        float[] vector = new float[dimension];
        rows.get(vector);
        vectors.add(vector);
      }
      return vectors;
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("a session cannot be closed", e);
    }
  }

  private String findOutput(String name) {
    try {
      Map<String, NodeInfo> outputs = session.getOutputInfo();
      if (outputs.containsKey(name)) {
        return name;
      }
      List<String> fitting =
          outputs.entrySet().stream()
              .filter(entry -> fits(entry.getValue()))
              .map(Map.Entry::getKey)
              .toList();
      if (fitting.size() == 1) {
        return fitting.getFirst();
      }
      throw new BundleException(
          "The model's %s has no output \"%s\" %d wide.".formatted(file, name, dimension));
    } catch (OrtException e) {
      throw new BundleException("The model's " + file + " cannot be read.", e);
    }
  }

  private boolean fits(NodeInfo node) {
    return node.getInfo() instanceof TensorInfo info
        && info.type == OnnxJavaType.FLOAT
        && info.getShape().length == 2
        && info.getShape()[1] == dimension;
  }
}
