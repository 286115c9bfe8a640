package io.vde.store.embedded;

import io.vde.store.StoreUnavailableException;

/** Refuses work whose arrays cannot fit the heap, before an OutOfMemoryError hits everybody. */
final class HeapBudget {
  private HeapBudget() {}

  /**
   * Checks that an array takes at most a quarter of the heap.
   *
   * @throws StoreUnavailableException with the sizes in words
   */
  static void check(long items, int bytesEach, String what) {
    long needed = items * bytesEach;
    long heap = Runtime.getRuntime().maxMemory();
    if (needed > heap / 4) {
      throw new StoreUnavailableException(
          "To %s takes %d MiB, more than a quarter of the heap of %d MiB: start java with a larger -Xmx"
              .formatted(what, needed >> 20, heap >> 20),
          null);
    }
  }
}
