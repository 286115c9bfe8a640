package io.vde.clip;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prepared images to vectors. Its buffer is reused: one run at a time. */
final class VisionTower implements MicroBatcher.Tower<PreparedImage> {
  /** Images in a batch; beyond, a CPU gains nothing. */
  static final int LARGEST = 8;

  static final String PIXELS = "pixel_values";

  private final Graph graph;
  private final Preprocessing preprocessing;
  private final String output;
  private final int dimension;
  private final Filler texts;
  private final int largest;
  private final ByteBuffer pixels;

  /** Not null when the graph takes half floats. */
  private final FloatBuffer whole;

  /**
   * Looks at the graph.
   *
   * @param texts stand in for texts when the graph combines both towers
   * @throws BundleException when it does not fit
   */
  VisionTower(Graph graph, ModelBundle bundle, Filler texts) {
    this.graph = graph;
    this.texts = texts;
    preprocessing = bundle.preprocessing();
    dimension = bundle.dimension();
    long[] shape = graph.neededInput(PIXELS, OnnxJavaType.FLOAT, OnnxJavaType.FLOAT16);
    graph.allowInputs(Set.of(PIXELS, TextTower.IDS, TextTower.MASK, TextTower.TYPES));
    output = graph.output(bundle.imageOutputs(), 2, dimension);
    boolean fits =
        shape.length == 4
            && (shape[2] < 1 || shape[2] == preprocessing.height())
            && (shape[3] < 1 || shape[3] == preprocessing.width());
    if (!fits) {
      throw new BundleException(
          "The model's preprocessor_config.json has a \"crop_size\" that does not fit %s."
              .formatted(graph.file().name()));
    }
    largest = shape[0] > 0 ? 1 : LARGEST;
    int numbers = largest * 3 * preprocessing.width() * preprocessing.height();
    boolean half = graph.inputType(PIXELS) == OnnxJavaType.FLOAT16;
    // Direct and in native order, which ONNX Runtime reads where it lies; any other order it takes
    // silently and misreads.
    pixels =
        ByteBuffer.allocateDirect(numbers * (half ? Short.BYTES : Float.BYTES))
            .order(ByteOrder.nativeOrder());
    whole = half ? FloatBuffer.allocate(numbers) : null;
  }

  int largest() {
    return largest;
  }

  /** Bytes of the buffers that inputs are laid into. */
  long bufferBytes() {
    return pixels.capacity() + (whole == null ? 0 : (long) whole.capacity() * Float.BYTES);
  }

  @Override
  public List<float[]> run(List<PreparedImage> batch) throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(PIXELS, tensor(batch));
      texts.addTo(inputs);
      FloatBuffer result = graph.run(inputs, output, batch.size() * dimension);
      List<float[]> vectors = new ArrayList<>(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        float[] vector = new float[dimension];
        result.get(vector);
        vectors.add(vector);
      }
      return vectors;
    } finally {
      texts.removeFrom(inputs);
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    texts.close();
  }

  private OnnxTensor tensor(List<PreparedImage> batch) throws OrtException {
    long[] shape = {batch.size(), 3, preprocessing.height(), preprocessing.width()};
    pixels.clear();
    FloatBuffer numbers = whole == null ? pixels.asFloatBuffer() : whole.clear();
    for (PreparedImage image : batch) {
      preprocessing.normalise(image.rgb(), numbers);
    }
    numbers.flip();
    if (whole == null) {
      return OnnxTensor.createTensor(OnnxEnvironment.get(), numbers, shape);
    }
    while (numbers.hasRemaining()) {
      pixels.putShort(Float.floatToFloat16(numbers.get()));
    }
    return OnnxTensor.createTensor(
        OnnxEnvironment.get(), pixels.flip(), shape, OnnxJavaType.FLOAT16);
  }
}
