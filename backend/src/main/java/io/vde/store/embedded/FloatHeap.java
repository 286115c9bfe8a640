package io.vde.store.embedded;

/** The k largest floats offered so far, the lowest of them at hand. */
final class FloatHeap {
  private final float[] heap;
  private int size;

  FloatHeap(int k) {
    heap = new float[k + 1];
    heap[k] = Float.POSITIVE_INFINITY;
  }

  /** The k-th largest; negative infinity until k were offered. */
  float lowest() {
    return size < heap.length - 1 ? Float.NEGATIVE_INFINITY : heap[0];
  }

  void offer(float value) {
    if (size < heap.length - 1) {
      int i = size++;
      while (i > 0 && heap[(i - 1) / 2] > value) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
      }
      heap[i] = value;
    } else if (value > heap[0]) {
      siftDown(value);
    }
  }

  private void siftDown(float value) {
    int i = 0;
    for (int child = 1; child < size; child = 2 * i + 1) {
      // Which is the smaller is not foreseen: its sibling is next to it when their difference is
      // negative. The last one's sibling is infinity.
      child += Float.floatToRawIntBits(heap[child + 1] - heap[child]) >>> 31;
      if (heap[child] >= value) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = value;
  }
}
