package io.vde.store.embedded;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.NumericUtils;

/**
 * The nearest documents of a snapshot: scans that keep what may be among the k nearest, re-scored
 * in float.
 *
 * <p>The first scan is one of {@linkplain Sketch sketches} where these pay, and what it leaves is
 * scored by its {@linkplain Int8Row int8 row}; else all int8 rows are scanned. How many are
 * re-scored follows from the quantisation error. The rounding of int8 rows moves a score by about
 * {@code (rowScale + queryScale) / sqrt(12)} (the standard deviation of a uniform error of one
 * step, summed over components of unit vectors). A document is ruled out when its approximate score
 * and {@link #SCAN_DEVIATIONS} of these stay below the k-th best. While re-scoring, the true errors
 * are seen: when they are larger than the model says (components that are rounded alike), or the
 * k-th exact score is too far below the k-th approximate one, the scan is repeated with a wider
 * margin.
 *
 * <p>A sketch's error is what it is said to be, but the k-th best estimate lies above the k-th best
 * score: a little, or more when many are nearly as good, as after the best were excluded. When that
 * was more than was allowed for, the sketches are scanned again, with what it was.
 */
final class NearestSearch {
  /** Modelled deviations a score may be off in the scan, at first. */
  private static final float SCAN_DEVIATIONS = 4.2f;

  /** Deviations a score may be off, as seen on the query: one in 14,000 is lower by more. */
  private static final float SAFE_DEVIATIONS = 3.8f;

  /**
   * Deviations that an estimate by a sketch may be off: one in 4,300 is lower by more. When more
   * are excluded than wanted, all that are wanted have about the k-th best score, and it is {@link
   * #SAFE_DEVIATIONS}.
   */
  private static final float SKETCH_DEVIATIONS = 3.5f;

  /**
   * Deviations that the k-th best estimate may lie above the k-th best score: one without
   * exclusions, up to this when a multiple of k is excluded, and many are left that are nearly as
   * good.
   */
  private static final float MAX_ALLOWANCE = 3.5f;

  /** Images for each that is wanted or excluded from which the scan of sketches pays. */
  private static final int SKETCHED_PER_IMAGE = 128;

  private static final float STEP_DEVIATION = (float) (1 / Math.sqrt(12));

  /** What float arithmetic adds to a score's deviation: all there is when codes are exact. */
  private static final float FLOAT_DEVIATION = 5e-7f;

  private final IndexSearcher searcher;
  private final Matches matches;
  private final float[] vector;
  private final double[] query;
  private final Int8Row.Quantised quantised;
  private final Cancellation cancellation;
  private final List<LeafReaderContext> leaves;
  private final SegmentVectors[] vectors;
  private final Sketch sketch;
  private final DotKernel kernel;
  private final MemorySegment[] floats = new MemorySegment[DotKernel.GROUP];
  private final long[] offsets = new long[DotKernel.GROUP];
  private final double[] dots = new double[DotKernel.GROUP];

  NearestSearch(
      Snapshot searcher,
      Matches matches,
      float[] vector,
      DotKernel kernel,
      Cancellation cancellation)
      throws IOException {
    this.searcher = searcher;
    this.matches = matches;
    this.vector = vector;
    this.cancellation = cancellation;
    this.kernel = kernel;
    query = DotKernel.widen(vector);
    Int8Row layout = new Int8Row(vector.length);
    quantised = layout.quantise(vector);
    leaves = searcher.getLeafContexts();
    vectors = new SegmentVectors[leaves.size()];
    for (LeafReaderContext leaf : leaves) {
      vectors[leaf.ord] = new SegmentVectors(leaf.reader(), layout, kernel);
    }
    sketch = searcher.sketch();
  }

  /** The sketches of each segment; null when not all have them. */
  private SegmentSketches[] sketches() throws IOException {
    SegmentSketches[] all = new SegmentSketches[leaves.size()];
    for (LeafReaderContext leaf : leaves) {
      all[leaf.ord] = SegmentSketches.of(leaf.reader(), sketch, kernel);
      if (all[leaf.ord] == null) {
        return null;
      }
    }
    return all;
  }

  /** All matching documents, sorted. */
  Ranking all() throws IOException {
    HeapBudget.check(searcher.getIndexReader().numDocs(), Long.BYTES, "rank all images");
    Ranking ranking = new Ranking((int) Math.min(matches.estimate(), 1 << 20));
    int[] block = new int[RowScan.BLOCK];
    for (LeafReaderContext leaf : leaves) {
      DocBlocks blocks = new DocBlocks(leaf, matches, block);
      ExcludedIds.Leaf excluded = matches.excluded().leaf(leaf.reader());
      for (int count = blocks.next(); count > 0; count = blocks.next()) {
        cancellation.check();
        for (int i = 0; i < count; i++) {
          if (blocks.live(block[i]) && !excluded.contains(block[i])) {
            ranking.add(leaf.docBase + block[i], exact(leaf.ord, block[i]));
          }
        }
      }
    }
    ranking.sort();
    return ranking;
  }

  /**
   * At least the {@code k} nearest documents and all that tie with the last of them, sorted; fewer
   * when fewer match.
   */
  Ranking nearest(int k) throws IOException {
    // When most would be re-scored anyway, the scan gains nothing.
    long estimate = matches.estimate();
    if (estimate <= k + k / 2L + 16) {
      return all();
    }
    if (sketch != null
        && kernel.countsBits()
        && estimate >= SKETCHED_PER_IMAGE * ((long) k + matches.excluded().size())) {
      Ranking ranking = nearestBySketches(k, estimate);
      if (ranking != null) {
        return ranking;
      }
    }
    float deviations = SCAN_DEVIATIONS;
    while (true) {
      Candidates candidates = scan(k, rowScan(deviations));
      Rescored rescored = rescore(candidates, k, deviations);
      float needed = rescored.neededDeviations(candidates.threshold());
      if (candidates.size() < k || needed <= deviations) {
        return rescored.ranking;
      }
      deviations = needed * 1.25f;
    }
  }

  /**
   * The same, or null when there are no sketches, they leave too many to be read one by one, or the
   * int8 rows' threshold was further off than was allowed for.
   */
  private Ranking nearestBySketches(int k, long estimate) throws IOException {
    SegmentSketches[] sketches = sketches();
    if (sketches == null) {
      return null;
    }
    float crowd = matches.excluded().size() / (float) k;
    Sketch.Query sketched = sketch.query(vector, crowd > 1 ? SAFE_DEVIATIONS : SKETCH_DEVIATIONS);
    float allowance =
        sketch.deviation() * sketched.spread() * Math.min(1 + crowd / 10, MAX_ALLOWANCE);
    float smallAllowance = sketch.deviation() / 8;
    SketchScan scan = new SketchScan(leaves, sketches, sketched, matches, kernel, cancellation);
    Candidates near = scan.run(k, allowance);
    float deviations = SCAN_DEVIATIONS;
    while (near.size() <= estimate / 3) {
      Candidates candidates =
          new Refinement(leaves, near, allowance, smallAllowance, rowScan(deviations))
              .run(k, cancellation);
      Rescored rescored = rescore(candidates, k, deviations);
      if (candidates.size() < k) {
        return rescored.ranking;
      }
      float gap = near.threshold() - rescored.kth();
      float needed = rescored.neededDeviations(candidates.threshold());
      if (candidates.threshold() - rescored.kth() > smallAllowance) {
        return null;
      } else if (gap > allowance) {
        allowance = gap;
        near = scan.run(k, allowance);
      } else if (needed > deviations) {
        deviations = needed * 1.25f;
      } else {
        return rescored.ranking;
      }
    }
    return null;
  }

  /** What may be among the k nearest by one scan of all that matches. */
  private Candidates scan(int k, RowScan rows) throws IOException {
    Candidates candidates = new Candidates(k);
    for (LeafReaderContext leaf : leaves) {
      new LeafScan(leaf, candidates, rows).run();
    }
    candidates.prune();
    return candidates;
  }

  private RowScan rowScan(float deviations) {
    float perScale = deviations * STEP_DEVIATION;
    float constant = perScale * quantised.scale() + deviations * FLOAT_DEVIATION;
    Int8Row.Margin margin = new Int8Row.Margin(perScale, constant);
    return (leaf, docs, count, threshold, out) ->
        vectors[leaf].scan(docs, count, quantised, margin, threshold, out);
  }

  private final class LeafScan {
    private final LeafReaderContext leaf;
    private final Candidates candidates;
    private final RowScan rows;
    private final int[] block = new int[RowScan.BLOCK];
    private final DocBlocks blocks;
    private final Passed passed = new Passed(RowScan.BLOCK);

    LeafScan(LeafReaderContext leaf, Candidates candidates, RowScan rows) throws IOException {
      this.leaf = leaf;
      this.candidates = candidates;
      this.rows = rows;
      blocks = new DocBlocks(leaf, matches, block);
    }

    void run() throws IOException {
      for (int count = blocks.next(); count > 0; count = blocks.next()) {
        scan(count);
      }
    }

    private void scan(int count) throws IOException {
      cancellation.check();
      rows.scan(leaf.ord, block, count, candidates.threshold(), passed);
      for (int i = 0; i < passed.size(); i++) {
        int doc = passed.doc(i);
        // The threshold may have risen meanwhile.
        if (passed.bound(i) >= candidates.threshold()
            && blocks.live(doc)
            && !matches.excluded().contains(passed.hash(i))) {
          candidates.add(leaf.docBase + doc, passed.score(i), passed.bound(i));
        }
      }
    }
  }

  /** Re-scores candidates from the best bound down, until none can reach the k-th exact score. */
  private Rescored rescore(Candidates candidates, int k, float deviations) throws IOException {
    long[] order = new long[candidates.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = (long) ~NumericUtils.floatToSortableInt(candidates.bound(i)) << 32 | i;
    }
    Arrays.sort(order);
    Rescored rescored = new Rescored(k);
    int[] group = new int[DotKernel.GROUP];
    int grouped = 0;
    for (int i = 0; i < order.length; i++) {
      int index = (int) order[i];
      if (candidates.bound(index) < rescored.kth()) {
        break;
      }
      float approximate = candidates.approximate(index);
      float deviation = deviation(candidates, index, deviations);
      if (approximate + rescored.safeDeviations(deviations) * deviation < rescored.kth()) {
        continue;
      }
      if (i % RowScan.BLOCK == 0) {
        cancellation.check();
      }
      group[grouped++] = index;
      if (grouped == group.length) {
        rescore(candidates, group, grouped, deviations, rescored);
        grouped = 0;
      }
    }
    rescore(candidates, group, grouped, deviations, rescored);
    rescored.ranking.sort();
    return rescored;
  }

  private static float deviation(Candidates candidates, int index, float deviations) {
    return (candidates.bound(index) - candidates.approximate(index)) / deviations;
  }

  private void rescore(
      Candidates candidates, int[] group, int count, float deviations, Rescored rescored)
      throws IOException {
    if (count == 0) {
      return;
    }
    for (int i = 0; i < DotKernel.GROUP; i++) {
      int doc = candidates.doc(group[Math.min(i, count - 1)]);
      int leaf = ReaderUtil.subIndex(doc, leaves);
      int local = doc - leaves.get(leaf).docBase;
      floats[i] = vectors[leaf].floats(local);
      offsets[i] = vectors[leaf].floatsOffset(local);
    }
    kernel.dots(floats, offsets, query, dots);
    for (int i = 0; i < count; i++) {
      int index = group[i];
      rescored.add(
          candidates.doc(index),
          score(dots[i]),
          candidates.approximate(index),
          deviation(candidates, index, deviations));
    }
  }

  private float exact(int leaf, int doc) throws IOException {
    return score(vectors[leaf].exactDot(doc, query));
  }

  private static float score(double dot) {
    return (float) Math.clamp(dot, -1.0, 1.0);
  }

  /** Exact scores, the k-th best of them, and how far off the approximate ones were. */
  private static final class Rescored {
    // Fewer errors than this say little of their deviation.
    private static final int MIN_SAMPLE = 32;

    private final Ranking ranking;
    private final FloatHeap best;
    private double squaredErrors;
    private double deviationSum;

    Rescored(int k) {
      ranking = new Ranking(2 * k);
      best = new FloatHeap(k);
    }

    float kth() {
      return best.lowest();
    }

    void add(int doc, float exact, float approximate, float deviation) {
      ranking.add(doc, exact);
      best.offer(exact);
      double error = (exact - approximate) / deviation;
      squaredErrors += error * error;
      deviationSum += deviation;
    }

    /** Modelled deviations that are safe by the errors seen; the given when too few were. */
    float safeDeviations(float given) {
      int n = ranking.size();
      return n < MIN_SAMPLE ? given : SAFE_DEVIATIONS * (float) Math.sqrt(squaredErrors / n);
    }

    /**
     * Modelled deviations that the scan must have allowed for the answer to be safe: enough of
     * those seen, and what the k-th exact score lies below the scan's threshold.
     */
    float neededDeviations(float threshold) {
      int n = ranking.size();
      double gap = n == 0 ? 0 : Math.max(0, threshold - kth()) / (deviationSum / n);
      return safeDeviations(SAFE_DEVIATIONS) + (float) gap;
    }
  }
}
