package io.vde.store.embedded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.index.ByteVectorValues;
import org.apache.lucene.index.LeafReader;

/** The sketches of one segment as searches read them. */
final class SegmentSketches {
  private final DotKernel kernel;
  private final Sketch layout;
  private final MemorySegment mapped;
  // Of a block's rows.
  private final long[] sums = new long[BlockScan.BLOCK];
  private final long[] tails = new long[BlockScan.BLOCK];

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

  /**
   * Estimates the scores of some documents and keeps those whose upper bound reaches a threshold.
   */
  void scan(int[] docs, int count, Sketch.Query query, float threshold, Passed out) {
    int length = layout.length();
    kernel.bitDots(mapped, length, docs, count, layout.words(), query.chunks(), sums, tails);
    int near = Sketch.near(sums, tails, count, query, threshold, out.near);
    out.clear();
    for (int i = 0; i < near; i++) {
      int at = out.near[i];
      float score = Sketch.estimate(sums[at], tails[at], query);
      float bound = Sketch.bound(score, tails[at], query);
      out.add(docs[at], score, bound, layout.hash(mapped, (long) docs[at] * length));
    }
  }
}
