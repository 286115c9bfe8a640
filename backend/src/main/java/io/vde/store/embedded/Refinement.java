package io.vde.store.embedded;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;

/**
 * What may be among the k nearest of the documents that a scan of sketches left, by their int8
 * rows: at first of the most promising, which give a threshold that rules most others out unread.
 */
final class Refinement {
  private final List<LeafReaderContext> leaves;
  private final Candidates near;
  private final float allowance;
  private final float smallAllowance;
  private final BlockScan rows;
  private final int[] block = new int[BlockScan.BLOCK];
  private final Passed passed = new Passed(BlockScan.BLOCK);

  /**
   * The work of one search.
   *
   * @param near what the scan of sketches left
   * @param allowance the part of their bounds that is for a threshold that was estimated
   * @param smallAllowance the same for the k-th best int8 score
   */
  Refinement(
      List<LeafReaderContext> leaves,
      Candidates near,
      float allowance,
      float smallAllowance,
      BlockScan rows) {
    this.leaves = leaves;
    this.near = near;
    this.allowance = allowance;
    this.smallAllowance = smallAllowance;
    this.rows = rows;
  }

  Candidates run(int k, Cancellation cancellation) throws IOException {
    Candidates candidates = new Candidates(k);
    score(true, candidates, cancellation);
    score(false, candidates, cancellation);
    candidates.prune();
    return candidates;
  }

  private void score(boolean first, Candidates candidates, Cancellation cancellation)
      throws IOException {
    int next = 0;
    for (LeafReaderContext leaf : leaves) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      int count = 0;
      for (; next < near.size() && near.doc(next) < end; next++) {
        if (promising(next) == first && (first || likely(next, candidates.threshold()))) {
          block[count++] = near.doc(next) - leaf.docBase;
          if (count == block.length) {
            cancellation.check();
            score(leaf, count, candidates);
            count = 0;
          }
        }
      }
      score(leaf, count, candidates);
    }
  }

  // A deviation or so below the best: enough for a threshold near to the final one.
  private boolean promising(int index) {
    float margin = near.bound(index) - near.approximate(index) - allowance;
    return near.approximate(index) + margin / 4 >= near.threshold();
  }

  private boolean likely(int index, float threshold) {
    return near.bound(index) - allowance + smallAllowance >= threshold;
  }

  private void score(LeafReaderContext leaf, int count, Candidates candidates) throws IOException {
    rows.scan(leaf.ord, block, count, candidates.threshold(), passed);
    for (int i = 0; i < passed.size(); i++) {
      candidates.add(leaf.docBase + passed.doc(i), passed.score(i), passed.bound(i));
    }
  }
}
