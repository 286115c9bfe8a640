package io.vde.clip;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Token ids to vectors. Its buffers are reused: one run at a time. */
final class TextTower implements MicroBatcher.Tower<long[]>, AutoCloseable {
  /** Texts in a batch; beyond, a CPU gains nothing. */
  static final int LARGEST = 32;

  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";

  private final Graph graph;
  private final LongBuffer ids;
  private final LongBuffer mask;
  private final int fixedLength;
  private final int largest;

  TextTower(ModelBundle bundle, int threads) {
    graph = new Graph(bundle.textModel(), threads, "text_embeds", bundle.dimension());
    long[] shape = graph.neededInput(IDS, OnnxJavaType.INT64);
    boolean masked = graph.input(MASK, OnnxJavaType.INT64) != null;
    graph.allowInputs(List.of(IDS, MASK));
    largest = shape[0] > 0 ? 1 : LARGEST;
    fixedLength = (int) Math.max(0, shape[1]);
    int longest = Math.max(fixedLength, bundle.contextLength());
    ids = longs(largest * longest);
    mask = masked ? longs(largest * longest) : null;
  }

  int largest() {
    return largest;
  }

  /**
   * Embeds token ids.
   *
   * @param batch rows of the same length: a text is not padded, which gives the very same vector
   *     several times faster, unless the graph was exported for one length only
   */
  @Override
  public List<float[]> run(List<long[]> batch) throws OrtException {
    int length = fixedLength > 0 ? fixedLength : batch.getFirst().length;
    ids.clear();
    for (long[] row : batch) {
      ids.put(padded(row, length));
    }
    long[] shape = {batch.size(), length};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(IDS, OnnxTensor.createTensor(OnnxEnvironment.get(), ids.flip(), shape));
      if (mask != null) {
        mask.clear();
        for (long[] row : batch) {
          for (int i = 0; i < length; i++) {
            mask.put(i < row.length ? 1 : 0);
          }
        }
        inputs.put(MASK, OnnxTensor.createTensor(OnnxEnvironment.get(), mask.flip(), shape));
      }
      return graph.run(inputs, batch.size());
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public void close() {
    graph.close();
  }

  /** CLIP pads with its end token, and reads the first of them. */
  private static long[] padded(long[] row, int length) {
    long[] padded = Arrays.copyOf(row, length);
    if (length > row.length) {
      Arrays.fill(padded, row.length, length, row[row.length - 1]);
    }
    return padded;
  }

  /** Direct and in native order, which ONNX Runtime reads where it lies. */
  private static LongBuffer longs(int count) {
    return ByteBuffer.allocateDirect(count * Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
  }
}
