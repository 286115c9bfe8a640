package io.vde.store.embedded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.apache.lucene.codecs.lucene95.HasIndexSlice;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MemorySegmentAccessInput;

/**
 * The vectors of one segment as one search reads them. Every document has both of these vector
 * fields, so a vector's ordinal is its document's number. Not for use by several threads.
 */
final class SegmentVectors {
  private static final int PAGE = 4096;

  private final DotKernel kernel;
  private final Int8Row layout;
  private final IndexInput floatInput;
  private final IndexInput rowInput;
  private final int floatsLength;
  private final MemorySegment mapped;
  private final MemorySegment mappedFloats;

  /** What was touched: the reading would be optimised away if nothing were done with it. */
  @SuppressWarnings("UnusedVariable")
  private int touched;

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
    rowInput = ((HasIndexSlice) rows).getSlice();
    mapped = mapped(rows, layout.length());
    floatInput = ((HasIndexSlice) floats).getSlice();
    floatsLength = floats.dimension() * Float.BYTES;
    mappedFloats = mapped(floats, floatsLength);
  }

  /** The vectors of a field as they are mapped; null when they are not, or not in one piece. */
  static MemorySegment mapped(KnnVectorValues vectors, int length) throws IOException {
    return ((HasIndexSlice) vectors).getSlice() instanceof MemorySegmentAccessInput access
        ? access.segmentSliceOrNull(0, (long) vectors.size() * length)
        : null;
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
   * Scores some documents and keeps those whose upper bound reaches a threshold.
   *
   * @param docs ascending
   */
  void scan(
      int[] docs,
      int count,
      Int8Row.Quantised query,
      Int8Row.Margin margin,
      float threshold,
      Passed out)
      throws IOException {
    int length = layout.length();
    out.clear();
    if (count == 0) {
      return;
    }
    // A slow path, for segments larger than what is mapped in one piece.
    if (mapped == null) {
      for (int i = 0; i < count; i++) {
        long start = (long) docs[i] * length;
        MemorySegment row = MemorySegment.ofArray(read(rowInput, start, length));
        kernel.dots(row, 0, length, 1, query.codes(), out.sums);
        keep(docs, i, 1, row, start, query, margin, threshold, out);
      }
      return;
    }
    if (docs[count - 1] - docs[0] == count - 1) {
      long start = (long) docs[0] * length;
      touch(start + (long) count * length, (long) count * length);
      kernel.dots(mapped, start, length, count, query.codes(), out.sums);
    } else {
      kernel.dots(mapped, length, docs, count, query.codes(), out.sums);
    }
    keep(docs, 0, count, mapped, 0, query, margin, threshold, out);
  }

  /** Reads a byte of each page: the processor looks the pages up meanwhile. */
  private void touch(long start, long length) {
    long end = Math.min(start + length, mapped.byteSize());
    int sum = 0;
    for (long i = start; i < end; i += PAGE) {
      sum += mapped.get(ValueLayout.JAVA_BYTE, i);
    }
    touched += sum;
  }

  /**
   * Appends those of some documents that reach the threshold. Nearly all are ruled out by a ceiling
   * of their score, which costs less than the score.
   *
   * @param first place of the first of them in {@code docs}; its sum is the first
   * @param rows holds their rows; its first byte is byte {@code start} of the segment's rows
   */
  private void keep(
      int[] docs,
      int first,
      int count,
      MemorySegment rows,
      long start,
      Int8Row.Quantised query,
      Int8Row.Margin margin,
      float threshold,
      Passed out) {
    int length = layout.length();
    int near = 0;
    for (int i = 0; i < count; i++) {
      long row = (long) docs[first + i] * length - start;
      if (layout.ceiling(rows, row, query, out.sums[i], margin) >= threshold) {
        out.near[near++] = i;
      }
    }
    for (int i = 0; i < near; i++) {
      int doc = docs[first + out.near[i]];
      long row = (long) doc * length - start;
      float score = layout.score(rows, row, query, out.sums[out.near[i]]);
      float bound = score + margin.of(layout.scale(rows, row));
      if (bound >= threshold) {
        out.add(doc, score, bound, layout.hash(rows, row));
      }
    }
  }
}
