package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdHashTest {
  private static final int MANY = 200_000;

  @Test
  void idsThatLookAlikeHaveHashesOfTheirOwn() {
    Set<Long> hashes = new HashSet<>();
    for (int i = 0; i < MANY; i++) {
      hashes.add(IdHash.of("image-" + i));
      hashes.add(IdHash.of(i + ".jpg"));
      hashes.add(IdHash.of("\u5c71/" + Integer.toHexString(i) + '\0'));
    }
    assertEquals(3 * MANY, hashes.size());
  }

  @Test
  void hashesAreSpreadOverAllSlotsOfATable() {
    int[] slots = new int[1 << 10];
    for (int i = 0; i < MANY; i++) {
      slots[(int) IdHash.of("image-" + i) & slots.length - 1]++;
    }
    double expected = MANY / (double) slots.length;
    double chiSquare = 0;
    for (int count : slots) {
      chiSquare += (count - expected) * (count - expected) / expected;
    }
    // 1,023 degrees of freedom: five standard deviations above the mean.
    assertEquals(1023, chiSquare, 5 * Math.sqrt(2 * 1023));
  }

  @Test
  void stringsWithEqualHashCodesDiffer() {
    assertEquals("AaAa".hashCode(), "BBBB".hashCode());
    assertNotEquals(IdHash.of("AaAa"), IdHash.of("BBBB"));
  }
}
