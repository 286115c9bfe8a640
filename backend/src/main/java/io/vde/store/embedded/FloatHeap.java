package io.vde.store.embedded;

/** The k largest floats offered so far, the lowest of them at hand. */
final class FloatHeap {
  private final float[] heap;
  private int size;

  FloatHeap(int k) {
    heap = new float[k];
  }

  /** The k-th largest; negative infinity until k were offered. */
  float lowest() {
    return size < heap.length ? Float.NEGATIVE_INFINITY : heap[0];
  }

  void offer(float value) {
    if (size < heap.length) {
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
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= value) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = value;
  }
}
