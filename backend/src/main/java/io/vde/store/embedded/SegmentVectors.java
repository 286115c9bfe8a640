package io.vde.store.embedded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;

/**
 * The vectors of one segment as one search reads them. Every document has both of its vector
 * fields, so a vector's ordinal is its document's number. Not for use by several threads.
 */
final class SegmentVectors {
  private final DotKernel kernel;
  private final Int8Row layout;
  private final IndexInput floatInput;
  private final IndexInput rowInput;
  private final int size;
  private final int floatsLength;
  // The whole segment's rows and float vectors as they are mapped; null when they are not, or not
  // in one piece.
  private final MemorySegment mapped;
  private final MemorySegment mappedFloats;

  SegmentVectors(LeafReader reader, Int8Row layout, DotKernel kernel) throws IOException {
    this.kernel = kernel;
    this.layout = layout;
    FloatVectorValues floats = reader.getFloatVectorValues(ImageDocument.VECTOR);
    ByteVectorValues rows = reader.getByteVectorValues(ImageDocument.ROW);
    if (floats == null
        || rows == null
        || floats.size() != reader.maxDoc()
        || rows.size() != reader.maxDoc()) {
      throw new IllegalStateException("A segment has documents without vectors: " + reader);
    }
    size = rows.size();
    rowInput = ((HasIndexSlice) rows).getSlice();
    mapped = mapped(rowInput, (long) size * layout.length());
    floatInput = ((HasIndexSlice) floats).getSlice();
    floatsLength = floats.dimension() * Float.BYTES;
    mappedFloats = mapped(floatInput, (long) size * floatsLength);
  }

  private static MemorySegment mapped(IndexInput input, long length) throws IOException {
    return input instanceof MemorySegmentAccessInput access
        ? access.segmentSliceOrNull(0, length)
        : null;
  }

  int size() {
    return size;
  }

  /** Dot product of a document's float vector. */
  double exactDot(int doc, double[] query) throws IOException {
    return kernel.dot(floats(doc), floatsOffset(doc), query);
  }

  /** What holds a document's float vector, at {@link #floatsOffset}. */
  MemorySegment floats(int doc) throws IOException {
    if (mappedFloats != null) {
      return mappedFloats;
    }
    return MemorySegment.ofArray(read(floatInput, (long) doc * floatsLength, floatsLength));
  }

  long floatsOffset(int doc) {
    return mappedFloats == null ? 0 : (long) doc * floatsLength;
  }

  private static byte[] read(IndexInput input, long offset, int length) throws IOException {
    byte[] copy = new byte[length];
    input.seek(offset);
    input.readBytes(copy, 0, length);
    return copy;
  }

  /**
   * Scores the documents {@code first} to {@code first + count - 1} and keeps those whose upper
   * bound reaches a threshold.
   */
  void scan(int first, int count, Int8Row.Quantised query, float threshold, Passed out)
      throws IOException {
    int length = layout.length();
    MemorySegment rows = mapped;
    long offset = (long) first * length;
    if (rows == null) {
      rows = MemorySegment.ofArray(read(rowInput, offset, count * length));
      offset = 0;
    }
    kernel.dots(rows, offset, length, count, query.codes(), out.sums);
    out.size = 0;
    for (int i = 0; i < count; i++) {
      consider(first + i, rows, offset + (long) i * length, query, out.sums[i], threshold, out);
    }
  }

  /** The same for some documents. */
  void scan(int[] docs, int count, Int8Row.Quantised query, float threshold, Passed out)
      throws IOException {
    int length = layout.length();
    out.size = 0;
    if (mapped == null) {
      for (int i = 0; i < count; i++) {
        MemorySegment row = MemorySegment.ofArray(read(rowInput, (long) docs[i] * length, length));
        kernel.dots(row, 0, length, 1, query.codes(), out.sums);
        consider(docs[i], row, 0, query, out.sums[0], threshold, out);
      }
      return;
    }
    kernel.dots(mapped, length, docs, count, query.codes(), out.sums);
    for (int i = 0; i < count; i++) {
      consider(docs[i], mapped, (long) docs[i] * length, query, out.sums[i], threshold, out);
    }
  }

  private void consider(
      int doc,
      MemorySegment rows,
      long row,
      Int8Row.Quantised query,
      int sum,
      float threshold,
      Passed out) {
    long scaleAndRest = layout.scaleAndRest(rows, row);
    float score = layout.score(rows, row, scaleAndRest, query, sum);
    float bound = score + out.margin.of(Int8Row.scale(scaleAndRest));
    if (bound >= threshold) {
      int at = out.size++;
      out.docs[at] = doc;
      out.scores[at] = score;
      out.bounds[at] = bound;
      out.hashes[at] = layout.hash(rows, row);
    }
  }

  /**
   * What the true score of a document may lie above its approximate one: the part that grows with
   * the step of the document's codes, and the part that is the same for all.
   */
  record Margin(float perScale, float constant) {
    float of(float scale) {
      return scale * perScale + constant;
    }
  }

  /** The documents of a block that a scan could not rule out. */
  static final class Passed {
    private final Margin margin;
    private final int[] sums;
    private final int[] docs;
    private final float[] scores;
    private final float[] bounds;
    private final long[] hashes;
    private int size;

    Passed(int capacity, Margin margin) {
      this.margin = margin;
      sums = new int[capacity];
      docs = new int[capacity];
      scores = new float[capacity];
      bounds = new float[capacity];
      hashes = new long[capacity];
    }

    int size() {
      return size;
    }

    int doc(int index) {
      return docs[index];
    }

    /** Approximate score of the document at an index. */
    float score(int index) {
      return scores[index];
    }

    /** Upper bound of its true score. */
    float bound(int index) {
      return bounds[index];
    }

    /** {@link IdHash} of its id. */
    long hash(int index) {
      return hashes[index];
    }
  }
}
