package io.vde.clip;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One ONNX graph in a session. May be run by several threads at once. */
final class Graph implements AutoCloseable {
  private final GraphFile file;
  private final OrtSession session;
  private final boolean quantisesActivations;

  /**
   * Loads it.
   *
   * @throws BundleException when it cannot be loaded
   */
  Graph(GraphFile file, Execution execution) {
    this.file = file;
    this.quantisesActivations = file.inspect().quantisesActivations();
    try {
      session = OnnxEnvironment.open(file.path(), execution);
    } catch (OrtException e) {
      throw new BundleException("The model's " + file.name() + " cannot be loaded.", e);
    }
  }

  GraphFile file() {
    return file;
  }

  /** Whether a vector depends, a little, on what shares its batch. */
  boolean quantisesActivations() {
    return quantisesActivations;
  }

  /** The shape of an input (-1: any), or null when there is none of that name. */
  long[] input(String name, OnnxJavaType... types) {
    NodeInfo node = inputs().get(name);
    if (node == null) {
      return null;
    }
    if (!(node.getInfo() instanceof TensorInfo info) || !List.of(types).contains(info.type)) {
      throw new BundleException(
          "The model's %s has an input \"%s\" that is not of type %s."
              .formatted(file.name(), name, types[0]));
    }
    return info.getShape();
  }

  /** The same, for an input that must be there. */
  long[] neededInput(String name, OnnxJavaType... types) {
    long[] shape = input(name, types);
    if (shape == null) {
      throw new BundleException("The model's %s has no input \"%s\".".formatted(file.name(), name));
    }
    return shape;
  }

  OnnxJavaType inputType(String name) {
    return ((TensorInfo) inputs().get(name).getInfo()).type;
  }

  /** Refuses a graph that wants more than we can give it. */
  void allowInputs(Collection<String> known) {
    for (String name : inputs().keySet()) {
      if (!known.contains(name)) {
        throw new BundleException(
            "The model's %s wants an input \"%s\" that is not supported."
                .formatted(file.name(), name));
      }
    }
  }

  /**
   * Finds an output.
   *
   * @param names that it usually has; a lone one of the right shape is taken too
   * @param rank numbers of its axes
   * @param width of the last one
   * @throws BundleException when there is none
   */
  String output(List<String> names, int rank, int width) {
    try {
      Map<String, NodeInfo> outputs = session.getOutputInfo();
      for (String name : names) {
        if (outputs.containsKey(name) && fits(outputs.get(name), rank, width)) {
          return name;
        }
      }
      List<String> fitting =
          outputs.entrySet().stream()
              .filter(entry -> fits(entry.getValue(), rank, width))
              .map(Map.Entry::getKey)
              .toList();
      if (fitting.size() == 1) {
        return fitting.getFirst();
      }
      throw new BundleException(
          "The model's %s has no output \"%s\" %d wide."
              .formatted(file.name(), names.getFirst(), width));
    } catch (OrtException e) {
      throw unreadable(e);
    }
  }

  /**
   * Runs a batch.
   *
   * @param count numbers that must come out
   * @throws BundleException when there are more or fewer
   */
  FloatBuffer run(Map<String, OnnxTensor> inputs, String output, int count) throws OrtException {
    try (OrtSession.Result result = session.run(inputs, Set.of(output))) {
      return checked(result, count);
    }
  }

  /** Runs what may well fail, without ONNX Runtime writing about it to the console. */
  FloatBuffer attempt(Map<String, OnnxTensor> inputs, String output, int count)
      throws OrtException {
    try (OrtSession.RunOptions quietly = new OrtSession.RunOptions()) {
      quietly.setLogLevel(ai.onnxruntime.OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      try (OrtSession.Result result = session.run(inputs, Set.of(output), quietly)) {
        return checked(result, count);
      }
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

  private FloatBuffer checked(OrtSession.Result result, int count) {
    FloatBuffer numbers = ((OnnxTensor) result.get(0)).getFloatBuffer();
    if (numbers.remaining() != count) {
      throw new BundleException("The model's " + file.name() + " gave vectors of another length.");
    }
    return numbers;
  }

  private Map<String, NodeInfo> inputs() {
    try {
      return session.getInputInfo();
    } catch (OrtException e) {
      throw unreadable(e);
    }
  }

  private BundleException unreadable(OrtException e) {
    return new BundleException("The model's " + file.name() + " cannot be read.", e);
  }

  private static boolean fits(NodeInfo node, int rank, int width) {
    if (!(node.getInfo() instanceof TensorInfo info)
        || (info.type != OnnxJavaType.FLOAT && info.type != OnnxJavaType.FLOAT16)) {
      return false;
    }
    long[] shape = info.getShape();
    return shape.length == rank && (shape[rank - 1] == width || shape[rank - 1] < 1);
  }
}
