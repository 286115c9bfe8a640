package io.vde.store.embedded;

import io.vde.store.SearchResult;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The true nearest neighbours of the benchmark's queries, by brute force in double arithmetic. */
final class BenchTruth {
  private final List<double[]> wide;
  private final DotKernel kernel;
  private final FloatHeap[][] best;
  private final int[] ranks;

  /**
   * @param ranks for which ranks the k-th best score will be asked
   */
  BenchTruth(List<float[]> queries, int... ranks) {
    wide = queries.stream().map(DotKernel::widen).toList();
    this.ranks = ranks;
    kernel = new SimdKernel(false);
    best = new FloatHeap[queries.size()][ranks.length];
    for (FloatHeap[] heaps : best) {
      for (int i = 0; i < ranks.length; i++) {
        heaps[i] = new FloatHeap(ranks[i]);
      }
    }
  }

  void see(float[] vector) {
    MemorySegment segment = MemorySegment.ofArray(vector);
    for (int q = 0; q < best.length; q++) {
      float score = (float) kernel.dot(segment, 0, wide.get(q));
      for (FloatHeap heap : best[q]) {
        heap.offer(score);
      }
    }
  }

  /** Part of the hits that are as near as the truth's last, of as many as there should be. */
  double recall(int query, int rank, List<SearchResult.Hit> hits, int wanted) {
    for (int i = 0; i < ranks.length; i++) {
      if (ranks[i] == rank) {
        float kth = best[query][i].lowest();
        long right = hits.stream().filter(hit -> 1 - hit.distance() >= kth - 1e-6).count();
        return (double) right / wanted;
      }
    }
    throw new IllegalArgumentException("rank " + rank);
  }
}
