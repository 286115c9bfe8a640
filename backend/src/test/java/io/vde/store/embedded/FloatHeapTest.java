package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatHeapTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 100, 127, 128})
  void theLowestIsTheKthLargestOfAllOffered(int k) {
    Random random = new Random(k);
    FloatHeap heap = new FloatHeap(k);
    float[] offered = new float[1000];
    for (int i = 0; i < offered.length; i++) {
      assertEquals(i < k ? Float.NEGATIVE_INFINITY : kthLargest(offered, i, k), heap.lowest());
      // Few values, so many are equal.
      offered[i] = random.nextInt(300) - 150;
      heap.offer(offered[i]);
    }
  }

  private static float kthLargest(float[] values, int count, int k) {
    float[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[count - k];
  }
}
