package io.vde.clip;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Token ids to vectors. Its buffers are reused: one run at a time.
 *
 * <p>A text is not padded where that gives the same vector, for it is several times faster. It is
 * where the graph has one length only, where the family says so (SigLIP), and where a trial at the
 * start shows that the tower reads its padding (MobileCLIP).
 */
final class TextTower implements MicroBatcher.Tower<long[]> {
  /**
   * Texts in a batch; beyond, a CPU gains nothing, and a search waits longer for the run before.
   */
  static final int LARGEST = 8;

  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  /** Tokens in a run, so that long texts do not multiply its memory. */
  private static final int MOST_TOKENS = 32 * 77;

  /** Cosine between the padded and the bare vector of a tower that does not read its padding. */
  private static final double SAME = .9999;

  /** The same where activations are scaled by what is in the batch. */
  private static final double NEARLY_SAME = .99;

  private final Graph graph;
  private final TextBundle bundle;
  private final String output;
  private final long paddingId;
  private final Filler pictures;
  private final boolean masked;
  private final boolean typed;
  private final int largest;
  private final LongBuffer ids;
  private final LongBuffer mask;
  private final LongBuffer types;

  /** Tokens of every row; 0: each has its own length. */
  private int rowLength;

  /** Whether the present run may well fail. */
  private boolean trial;

  /**
   * Looks at the graph.
   *
   * @param paddingId what rows are filled up with
   * @param pictures stand in for pictures when the graph combines both towers
   * @throws BundleException when it does not fit
   */
  TextTower(Graph graph, TextBundle bundle, long paddingId, Filler pictures) {
    this.graph = graph;
    this.bundle = bundle;
    this.paddingId = paddingId;
    this.pictures = pictures;
    long[] shape = graph.neededInput(IDS, OnnxJavaType.INT64);
    masked = graph.input(MASK, OnnxJavaType.INT64) != null;
    typed = graph.input(TYPES, OnnxJavaType.INT64) != null;
    graph.allowInputs(Set.of(IDS, MASK, TYPES, VisionTower.PIXELS));
    output = graph.output(bundle.outputs(), bundle.dense() == null ? 2 : 3, bundle.width());
    rowLength = bundle.padding().always() ? bundle.contextLength() : 0;
    if (shape[1] > 0) {
      if (shape[1] < bundle.contextLength()) {
        throw new BundleException(
            "The model's %s reads %d tokens, and its config.json says %d."
                .formatted(graph.file().name(), shape[1], bundle.contextLength()));
      }
      rowLength = (int) shape[1];
    }
    int longest = Math.max(rowLength, bundle.contextLength());
    largest = shape[0] > 0 ? 1 : LARGEST;
    int most = shape[0] > 0 ? longest : Math.max(MOST_TOKENS, longest);
    ids = longs(most);
    mask = masked ? longs(most) : null;
    types = typed ? longs(most) : null;
  }

  int largest() {
    return largest;
  }

  /** Equal for texts that may share a batch. */
  int likeness(long[] tokens) {
    return rowLength > 0 ? 0 : tokens.length;
  }

  /** Bytes of the buffers that inputs are laid into. */
  long bufferBytes() {
    return (long) ids.capacity() * Long.BYTES * (1 + (masked ? 1 : 0) + (typed ? 1 : 0));
  }

  /**
   * Tries out whether the tower reads its padding.
   *
   * @param sample a text shorter than the context
   * @return whether texts will be padded although nothing but the trial says so
   */
  boolean tryPadding(long[] sample) throws OrtException {
    if (rowLength > 0 || masked || sample.length >= bundle.contextLength()) {
      return false;
    }
    float[] bare = bareOrNull(sample);
    rowLength = bundle.contextLength();
    if (bare == null) {
      return true;
    }
    float[] padded = UnitVector.of(run(List.of(sample)).getFirst());
    double cosine = 0;
    for (int i = 0; i < bare.length; i++) {
      cosine += (double) bare[i] * padded[i];
    }
    if (cosine >= (graph.quantisesActivations() ? NEARLY_SAME : SAME)) {
      rowLength = 0;
    }
    return rowLength > 0;
  }

  /** The vector of an unpadded text; null when the graph does not take one. */
  private float[] bareOrNull(long[] sample) {
    trial = true;
    try {
      return UnitVector.of(run(List.of(sample)).getFirst());
    } catch (OrtException | BundleException | EmbeddingException e) {
      return null;
    } finally {
      trial = false;
    }
  }

  /**
   * Embeds token ids.
   *
   * @param batch rows of the same {@link #likeness}
   */
  @Override
  public List<float[]> run(List<long[]> batch) throws OrtException {
    int length = rowLength > 0 ? rowLength : batch.getFirst().length;
    int rows = Math.max(1, ids.capacity() / length);
    List<float[]> vectors = new ArrayList<>(batch.size());
    for (int from = 0; from < batch.size(); from += rows) {
      runAtOnce(batch.subList(from, Math.min(batch.size(), from + rows)), length, vectors);
    }
    return vectors;
  }

  @Override
  public void close() {
    pictures.close();
  }

  private void runAtOnce(List<long[]> batch, int length, List<float[]> vectors)
      throws OrtException {
    fill(batch, length);
    long[] shape = {batch.size(), length};
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      inputs.put(IDS, tensor(ids, shape));
      if (masked) {
        inputs.put(MASK, tensor(mask, shape));
      }
      if (typed) {
        inputs.put(TYPES, tensor(types, shape));
      }
      pictures.addTo(inputs);
      int numbers = batch.size() * bundle.width() * (bundle.dense() == null ? 1 : length);
      FloatBuffer result =
          trial ? graph.attempt(inputs, output, numbers) : graph.run(inputs, output, numbers);
      for (long[] row : batch) {
        vectors.add(bundle.dense() == null ? next(result) : pooled(result, row.length, length));
      }
    } finally {
      pictures.removeFrom(inputs);
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private void fill(List<long[]> batch, int length) {
    ids.clear();
    for (long[] row : batch) {
      int before = bundle.padding().left() ? length - row.length : 0;
      for (int i = 0; i < length; i++) {
        int at = i - before;
        ids.put(at >= 0 && at < row.length ? row[at] : paddingId);
      }
    }
    ids.flip();
    if (masked) {
      mask.clear();
      for (long[] row : batch) {
        int before = bundle.padding().left() ? length - row.length : 0;
        for (int i = 0; i < length; i++) {
          mask.put(i >= before && i - before < row.length ? 1 : 0);
        }
      }
      mask.flip();
    }
    if (typed) {
      types.clear().limit(batch.size() * length); // zeros, as allocated
    }
  }

  private float[] next(FloatBuffer result) {
    float[] vector = new float[bundle.width()];
    result.get(vector);
    return vector;
  }

  /** The mean over a row's own tokens, through the linear layer. */
  private float[] pooled(FloatBuffer states, int tokens, int length) {
    double[] mean = new double[bundle.width()];
    int before = bundle.padding().left() ? length - tokens : 0;
    for (int i = 0; i < length; i++) {
      boolean own = i >= before && i - before < tokens;
      for (int j = 0; j < mean.length; j++) {
        float value = states.get();
        mean[j] += own ? value / (double) tokens : 0;
      }
    }
    return bundle.dense().apply(mean);
  }

  private static OnnxTensor tensor(LongBuffer buffer, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(OnnxEnvironment.get(), buffer, shape);
  }

  /** Direct and in native order, which ONNX Runtime reads where it lies. */
  private static LongBuffer longs(int count) {
    return ByteBuffer.allocateDirect(count * Long.BYTES)
        .order(ByteOrder.nativeOrder())
        .asLongBuffer();
  }
}
