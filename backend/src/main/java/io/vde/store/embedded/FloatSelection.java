package io.vde.store.embedded;

import java.util.Arrays;

/** The k-th largest of some floats (Hoare's quickselect with three-way partition). */
final class FloatSelection {
  private FloatSelection() {}

  /**
   * The {@code k}-th largest of the first {@code size} values, which stay as they are.
   *
   * @param k 1 to {@code size}
   */
  static float largest(float[] values, int size, int k) {
    float[] a = Arrays.copyOf(values, size);
    int low = 0;
    int high = size - 1;
    int wanted = k - 1;
    while (true) {
      float pivot = median(a[low], a[(low + high) >>> 1], a[high]);
      int less = low;
      int i = low;
      int greater = high;
      while (i <= greater) {
        if (a[i] > pivot) {
          swap(a, less++, i++);
        } else if (a[i] < pivot) {
          swap(a, i, greater--);
        } else {
          i++;
        }
      }
      if (wanted < less) {
        high = less - 1;
      } else if (wanted > greater) {
        low = greater + 1;
      } else {
        return pivot;
      }
    }
  }

  private static float median(float a, float b, float c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  private static void swap(float[] a, int i, int j) {
    float t = a[i];
    a[i] = a[j];
    a[j] = t;
  }
}
