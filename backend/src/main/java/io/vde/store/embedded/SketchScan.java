package io.vde.store.embedded;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;

/**
 * Finds what may be among the k nearest by {@linkplain Sketch sketches}. Of a block of some
 * thousand documents the estimates are computed first, which raise the threshold; then those are
 * kept whose bounds reach it.
 */
final class SketchScan {
  private static final int BLOCK = 4096;

  /** Of the last search of a thread: what it wrote to is in the processor's cache. */
  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** Estimates that are compared with one threshold. */
  private static final int STEP = 256;

  private final List<LeafReaderContext> leaves;
  private final SegmentSketches[] sketches;
  private final Sketch.Query query;
  private final Matches matches;
  private final DotKernel kernel;
  private final Cancellation cancellation;
  private final Scratch scratch = SCRATCH.get();

  SketchScan(
      List<LeafReaderContext> leaves,
      SegmentSketches[] sketches,
      Sketch.Query query,
      Matches matches,
      DotKernel kernel,
      Cancellation cancellation) {
    this.leaves = leaves;
    this.sketches = sketches;
    this.query = query;
    this.matches = matches;
    this.kernel = kernel;
    this.cancellation = cancellation;
  }

  /**
   * What may be among the k nearest.
   *
   * @param allowance what the k-th best estimate may lie above the k-th best score
   */
  Candidates run(int k, float allowance) throws IOException {
    Candidates near = new Candidates(k);
    for (LeafReaderContext leaf : leaves) {
      DocBlocks blocks = new DocBlocks(leaf, matches, scratch.block);
      for (int count = blocks.next(); count > 0; count = blocks.next()) {
        cancellation.check();
        scan(leaf, count, allowance, blocks, near);
      }
    }
    near.prune();
    return near;
  }

  private void scan(
      LeafReaderContext leaf, int count, float allowance, DocBlocks blocks, Candidates near) {
    SegmentSketches rows = sketches[leaf.ord];
    int[] block = scratch.block;
    float[] estimates = scratch.estimates;
    float[] bounds = scratch.bounds;
    int[] places = scratch.places;
    rows.bitDots(block, count, query, scratch.sums, estimates, bounds, scratch.alongs);
    query.score(scratch.sums, scratch.alongs, estimates, bounds, count, allowance);
    for (int from = 0; from < count; from += STEP) {
      int found =
          kernel.atLeast(estimates, from, Math.min(from + STEP, count), near.threshold(), places);
      for (int i = 0; i < found; i++) {
        float estimate = estimates[places[i]];
        if (estimate > near.threshold() && wanted(rows, blocks, block[places[i]])) {
          near.offer(estimate);
        }
      }
    }
    int found = kernel.atLeast(bounds, 0, count, near.threshold(), places);
    for (int i = 0; i < found; i++) {
      int at = places[i];
      if (wanted(rows, blocks, block[at])) {
        near.keep(leaf.docBase + block[at], estimates[at], bounds[at]);
      }
    }
  }

  private boolean wanted(SegmentSketches rows, DocBlocks blocks, int doc) {
    return blocks.live(doc)
        && (matches.excluded().isEmpty() || !matches.excluded().contains(rows.hash(doc)));
  }

  private static final class Scratch {
    private final int[] block = new int[BLOCK];
    private final int[] sums = new int[BLOCK];
    private final float[] estimates = new float[BLOCK];
    private final float[] bounds = new float[BLOCK];
    private final float[] alongs = new float[BLOCK];
    private final int[] places = new int[BLOCK];
  }
}
