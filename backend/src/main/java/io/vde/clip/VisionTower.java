package io.vde.clip;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;

/** Prepared images to vectors. Its buffer is reused: one run at a time. */
final class VisionTower implements MicroBatcher.Tower<PreparedImage>, AutoCloseable {
  /** Images in a batch; beyond, a CPU gains nothing. */
  static final int LARGEST = 8;

  private static final String PIXELS = "pixel_values";

  private final Graph graph;
  private final Preprocessing preprocessing;
  private final FloatBuffer pixels;
  private final int largest;

  VisionTower(ModelBundle bundle, int threads) {
    preprocessing = bundle.preprocessing();
    graph = new Graph(bundle.visionModel(), threads, "image_embeds", bundle.dimension());
    long[] shape = graph.neededInput(PIXELS, OnnxJavaType.FLOAT);
    graph.allowInputs(List.of(PIXELS));
    boolean fits =
        shape.length == 4
            && (shape[2] < 1 || shape[2] == preprocessing.height())
            && (shape[3] < 1 || shape[3] == preprocessing.width());
    if (!fits) {
      throw new BundleException(
          "The model's preprocessor_config.json has a \"crop_size\" that does not fit onnx/%s."
              .formatted(bundle.visionModel().getFileName()));
    }
    largest = shape[0] > 0 ? 1 : LARGEST;
    // Direct and in native order, which ONNX Runtime reads where it lies; any other order it takes
    // silently and misreads.
    pixels =
        ByteBuffer.allocateDirect(
                largest * 3 * preprocessing.width() * preprocessing.height() * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
  }

  int largest() {
    return largest;
  }

  @Override
  public List<float[]> run(List<PreparedImage> batch) throws OrtException {
    pixels.clear();
    for (PreparedImage image : batch) {
      preprocessing.normalise(image.rgb(), pixels);
    }
    long[] shape = {batch.size(), 3, preprocessing.height(), preprocessing.width()};
    try (OnnxTensor tensor = OnnxTensor.createTensor(OnnxEnvironment.get(), pixels.flip(), shape)) {
      return graph.run(Map.of(PIXELS, tensor), batch.size());
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
