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
  private final RowScan rows;
  private final int[] block = new int[RowScan.BLOCK];
  private final Passed passed = new Passed(RowScan.BLOCK);

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
      RowScan rows) {
    this.leaves = leaves;
    this.near = near;
    this.allowance = allowance;
    this.smallAllowance = smallAllowance;
    this.rows = rows;
  }

  Candidates run(int k, Cancellation cancellation) throws IOException {
    Candidates candidates = new Candidates(k);
    int[] others = new int[near.size()];
    int count = 0;
    Rows promising = new Rows(candidates, cancellation);
    for (int i = 0; i < near.size(); i++) {
      if (promising(i)) {
        promising.add(near.doc(i));
      } else {
        others[count++] = i;
      }
    }
    promising.flush();
    Rows likely = new Rows(candidates, cancellation);
    for (int i = 0; i < count; i++) {
      if (likely(others[i], candidates.threshold())) {
        likely.add(near.doc(others[i]));
      }
    }
    likely.flush();
    candidates.prune();
    return candidates;
  }

  // A deviation or so below the best: enough for a threshold near to the final one.
  private boolean promising(int index) {
    float margin = near.bound(index) - near.approximate(index) - allowance;
    return near.approximate(index) + margin / 4 >= near.threshold();
  }

  private boolean likely(int index, float threshold) {
    return near.bound(index) - allowance + smallAllowance >= threshold;
  }

  /** Scores documents, which come ascending, block by block. */
  private final class Rows {
    private final Candidates candidates;
    private final Cancellation cancellation;
    private int leaf;
    private int docBase;
    private int end;
    private int count;

    Rows(Candidates candidates, Cancellation cancellation) {
      this.candidates = candidates;
      this.cancellation = cancellation;
      open(0);
    }

    private void open(int number) {
      leaf = number;
      docBase = leaves.get(number).docBase;
      end = docBase + leaves.get(number).reader().maxDoc();
    }

    void add(int doc) throws IOException {
      if (count == block.length) {
        flush();
      }
      while (doc >= end) {
        flush();
        open(leaf + 1);
      }
      block[count++] = doc - docBase;
    }

    void flush() throws IOException {
      cancellation.check();
      rows.scan(leaf, block, count, candidates.threshold(), passed);
      for (int i = 0; i < passed.size(); i++) {
        candidates.add(docBase + passed.doc(i), passed.score(i), passed.bound(i));
      }
      count = 0;
    }
  }
}
