package io.vde.store.embedded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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
  private static final ValueLayout.OfFloat SCALE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  /** Scales and code sums of the documents {@code first} to {@code first + count - 1}. */
  void scan(int first, int count, short[] query, float[] scales, int[] sums) throws IOException {
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
    kernel.dots(rows, offset, length, count, query, sums);
    for (int i = 0; i < count; i++) {
      scales[i] = rows.get(SCALE, offset + (long) i * length + layout.codes());
    }
  }

  /** Scales and code sums of some documents. */
  void scan(int[] docs, int count, short[] query, float[] scales, int[] sums) throws IOException {
    int length = layout.length();
    if (mapped == null) {
      float[] scale = new float[1];
      int[] sum = new int[1];
      for (int i = 0; i < count; i++) {
        scan(docs[i], 1, query, scale, sum);
        scales[i] = scale[0];
        sums[i] = sum[0];
      }
      return;
    }
    kernel.dots(mapped, length, docs, count, query, sums);
    for (int i = 0; i < count; i++) {
      scales[i] = mapped.get(SCALE, (long) docs[i] * length + layout.codes());
    }
  }
}
