package io.vde.store.embedded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
  private static final int PAGE = 4096;

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
    long start = (long) first * length;
    for (int i = 0; i < count; i++) {
      out.block[i] = first + i;
    }
    out.size = 0;
    if (mapped == null) {
      MemorySegment rows = MemorySegment.ofArray(read(rowInput, start, count * length));
      kernel.dots(rows, 0, length, count, query.codes(), out.sums);
      keep(count, rows, start, query, threshold, out);
    } else {
      touch(start + (long) count * length, (long) count * length);
      kernel.dots(mapped, start, length, count, query.codes(), out.sums);
      keep(count, mapped, 0, query, threshold, out);
    }
  }

  /** The same for some documents. */
  void scan(int[] docs, int count, Int8Row.Quantised query, float threshold, Passed out)
      throws IOException {
    int length = layout.length();
    out.size = 0;
    if (mapped == null) {
      for (int i = 0; i < count; i++) {
        long start = (long) docs[i] * length;
        MemorySegment row = MemorySegment.ofArray(read(rowInput, start, length));
        kernel.dots(row, 0, length, 1, query.codes(), out.sums);
        out.block[0] = docs[i];
        keep(1, row, start, query, threshold, out);
      }
    } else {
      kernel.dots(mapped, length, docs, count, query.codes(), out.sums);
      System.arraycopy(docs, 0, out.block, 0, count);
      keep(count, mapped, 0, query, threshold, out);
    }
  }

  /** Reads a byte of each page of the next block: the processor looks its address up meanwhile. */
  private void touch(long start, long length) {
    long end = Math.min(start + length, mapped.byteSize());
    for (long i = start; i < end; i += PAGE) {
      touched += mapped.get(ValueLayout.JAVA_BYTE, i);
    }
  }

  /**
   * Appends those of a block that reach the threshold. Nearly all are ruled out by a ceiling of
   * their score, which costs less than the score.
   *
   * @param rows holds the block's rows; its first byte is byte {@code start} of the segment's rows
   */
  private void keep(
      int count,
      MemorySegment rows,
      long start,
      Int8Row.Quantised query,
      float threshold,
      Passed out) {
    int length = layout.length();
    int near = 0;
    for (int i = 0; i < count; i++) {
      long row = (long) out.block[i] * length - start;
      if (layout.ceiling(rows, row, query, out.sums[i], out.margin) >= threshold) {
        out.near[near++] = i;
      }
    }
    for (int i = 0; i < near; i++) {
      int doc = out.block[out.near[i]];
      long row = (long) doc * length - start;
      float score = layout.score(rows, row, query, out.sums[out.near[i]]);
      float bound = score + out.margin.of(layout.scale(rows, row));
      if (bound >= threshold) {
        int at = out.size++;
        out.docs[at] = doc;
        out.scores[at] = score;
        out.bounds[at] = bound;
        out.hashes[at] = layout.hash(rows, row);
      }
    }
  }

  /** The documents of a block that a scan could not rule out. */
  static final class Passed {
    private final Int8Row.Margin margin;
    // The documents of the block, their codes' products with the query's, and the places of those
    // whose ceiling reaches the threshold.
    private final int[] block;
    private final int[] sums;
    private final int[] near;
    private final int[] docs;
    private final float[] scores;
    private final float[] bounds;
    private final long[] hashes;
    private int size;

    Passed(int capacity, Int8Row.Margin margin) {
      this.margin = margin;
      block = new int[capacity];
      sums = new int[capacity];
      near = new int[capacity];
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
