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
  private final float promising;
  private final float likely;
  private Candidates candidates;
  private final BlockScan rows;
  private final Cancellation cancellation;
  private final int[] block = new int[BlockScan.BLOCK];
  private final Passed passed = new Passed(BlockScan.BLOCK);

  /**
   * The work of one search.
   *
   * @param near what the scan of sketches left
   * @param promising the part of what a bound lies above its estimate that a document may lie above
   *     it to be scored at first
   * @param likely the part that it may lie above it at all, smaller than 1, as the bounds allow for
   *     a threshold that was estimated
   */
  Refinement(
      List<LeafReaderContext> leaves,
      Candidates near,
      float promising,
      float likely,
      BlockScan rows,
      Cancellation cancellation) {
    this.leaves = leaves;
    this.near = near;
    this.promising = promising;
    this.likely = likely;
    this.rows = rows;
    this.cancellation = cancellation;
  }

  Candidates run(int k) throws IOException {
    candidates = new Candidates(k);
    score(true);
    score(false);
    candidates.prune();
    return candidates;
  }

  private void score(boolean first) throws IOException {
    int next = 0;
    for (LeafReaderContext leaf : leaves) {
      int end = leaf.docBase + leaf.reader().maxDoc();
      int count = 0;
      for (; next < near.size() && near.doc(next) < end; next++) {
        if (reaches(next, promising, near.threshold()) == first
            && (first || reaches(next, likely, candidates.threshold()))) {
          block[count++] = near.doc(next) - leaf.docBase;
          if (count == block.length) {
            score(leaf, count);
            count = 0;
          }
        }
      }
      score(leaf, count);
    }
  }

  private boolean reaches(int index, float part, float threshold) {
    float estimate = near.approximate(index);
    return estimate + (near.bound(index) - estimate) * part >= threshold;
  }

  private void score(LeafReaderContext leaf, int count) throws IOException {
    cancellation.check();
    rows.scan(leaf.ord, block, count, candidates.threshold(), passed);
    for (int i = 0; i < passed.size(); i++) {
      candidates.add(leaf.docBase + passed.doc(i), passed.score(i), passed.bound(i));
    }
  }
}
