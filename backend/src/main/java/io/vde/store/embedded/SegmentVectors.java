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
  private final FloatVectorValues floats;
  private final IndexInput rowInput;
  private final int size;
  // The whole segment's rows as they are mapped; null when the directory does not map files.
  private final MemorySegment mapped;

  SegmentVectors(LeafReader reader, Int8Row layout, DotKernel kernel) throws IOException {
    this.kernel = kernel;
    this.layout = layout;
    floats = reader.getFloatVectorValues(ImageDocument.VECTOR);
    ByteVectorValues rows = reader.getByteVectorValues(ImageDocument.ROW);
    if (floats == null
        || rows == null
        || floats.size() != reader.maxDoc()
        || rows.size() != reader.maxDoc()) {
      throw new IllegalStateException("A segment has documents without vectors: " + reader);
    }
    size = rows.size();
    rowInput = ((HasIndexSlice) rows).getSlice();
    mapped =
        rowInput instanceof MemorySegmentAccessInput access
            ? access.segmentSliceOrNull(0, (long) size * layout.length())
            : null;
  }

  int size() {
    return size;
  }

  /** Dot product of a document's float vector. */
  double exactDot(int doc, float[] query) throws IOException {
    return kernel.dot(floats.vectorValue(doc), query);
  }

  /** Scores the documents {@code first} to {@code first + count - 1}. */
  void scan(int first, int count, Int8Row.Quantised query, Scores out) throws IOException {
    int length = layout.length();
    MemorySegment rows = mapped;
    long offset = (long) first * length;
    if (rows == null) {
      byte[] copy = new byte[count * length];
      rowInput.seek(offset);
      rowInput.readBytes(copy, 0, copy.length);
      rows = MemorySegment.ofArray(copy);
      offset = 0;
    }
    kernel.dots(rows, offset, length, count, query.codes(), out.sums);
    for (int i = 0; i < count; i++) {
      long row = offset + (long) i * length;
      out.scales[i] = layout.scale(rows, row);
      out.hashes[i] = layout.hash(rows, row);
      out.scores[i] = layout.score(rows, row, query, out.sums[i]);
    }
  }

  /** Scores some documents. */
  void scan(int[] docs, int count, Int8Row.Quantised query, Scores out) throws IOException {
    if (mapped == null) {
      Scores one = new Scores(1);
      for (int i = 0; i < count; i++) {
        scan(docs[i], 1, query, one);
        out.scales[i] = one.scales[0];
        out.scores[i] = one.scores[0];
        out.hashes[i] = one.hashes[0];
      }
      return;
    }
    int length = layout.length();
    kernel.dots(mapped, length, docs, count, query.codes(), out.sums);
    for (int i = 0; i < count; i++) {
      long row = (long) docs[i] * length;
      out.scales[i] = layout.scale(mapped, row);
      out.hashes[i] = layout.hash(mapped, row);
      out.scores[i] = layout.score(mapped, row, query, out.sums[i]);
    }
  }

  /** What a scan says of a block of documents. */
  static final class Scores {
    private final int[] sums;
    private final float[] scales;
    private final float[] scores;
    private final int[] hashes;

    Scores(int capacity) {
      sums = new int[capacity];
      scales = new float[capacity];
      scores = new float[capacity];
      hashes = new int[capacity];
    }

    /** Value of one step of the codes of the document at an index. */
    float scale(int index) {
      return scales[index];
    }

    /** Hash of the id of the document at an index. */
    int hash(int index) {
      return hashes[index];
    }

    /** Approximate score of the document at an index. */
    float score(int index) {
      return scores[index];
    }
  }
}
