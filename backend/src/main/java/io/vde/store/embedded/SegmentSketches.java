package io.vde.store.embedded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.LeafReader;

/** The sketches of one segment as searches read them. */
final class SegmentSketches {
  /** Rows with planes of more than a chunk that are taken at a time: read again for each chunk. */
  private static final int LONG_ROWS = 64;

  private final DotKernel kernel;
  private final Sketch layout;
  private final MemorySegment mapped;

  private SegmentSketches(DotKernel kernel, Sketch layout, MemorySegment mapped) {
    this.kernel = kernel;
    this.layout = layout;
    this.mapped = mapped;
  }

  /**
   * The sketches of a segment; null when not every document has one, as datasets from before there
   * were sketches have it, or they are not mapped in one piece.
   */
  static SegmentSketches of(LeafReader reader, Sketch layout, DotKernel kernel) throws IOException {
    ByteVectorValues rows = reader.getByteVectorValues(ImageDocument.SKETCH);
    if (rows == null || rows.size() != reader.maxDoc()) {
      return null;
    }
    MemorySegment mapped = SegmentVectors.mapped(rows, layout.length());
    return mapped == null ? null : new SegmentSketches(kernel, layout, mapped);
  }

  /** Products of some documents' sketches with a query, as {@link DotKernel#bitDots} has them. */
  void bitDots(
      int[] docs,
      int count,
      Sketch.Query query,
      int[] sums,
      float[] factors,
      float[] deviations,
      float[] alongs) {
    int length = layout.length();
    int most = layout.words() > Sketch.CHUNK ? LONG_ROWS : count;
    int end;
    for (int start = 0; start < count; start = end) {
      end = runEnd(docs, start, Math.min(start + most, count));
      kernel.bitDots(
          mapped,
          (long) docs[start] * length,
          length,
          end - start,
          layout.words(),
          query.chunks(),
          start,
          sums,
          factors,
          deviations,
          alongs);
    }
  }

  /** Where the documents that follow each other without a gap end. */
  private static int runEnd(int[] docs, int start, int count) {
    if (docs[count - 1] - docs[start] == count - 1 - start) {
      return count;
    }
    int end = start + 1;
    while (end < count && docs[end] == docs[end - 1] + 1) {
      end++;
    }
    return end;
  }

  /** The hash of a document's id. */
  long hash(int doc) {
    return layout.hash(mapped, (long) doc * layout.length());
  }
}
