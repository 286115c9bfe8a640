package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.StoreUnavailableException;
import org.junit.jupiter.api.Test;

class HeapBudgetTest {
  @Test
  void whatTakesMoreThanAQuarterOfTheHeapIsRefusedWithTheSizesInWords() {
    long heap = Runtime.getRuntime().maxMemory();
    assertDoesNotThrow(() -> HeapBudget.check(heap / 4 / 64, 64, "list images"));
    String message =
        assertThrows(
                StoreUnavailableException.class,
                () -> HeapBudget.check(heap / 4 / 64 + 1, 64, "list images"))
            .getMessage();
    assertTrue(
        message.startsWith("To list images takes %d MiB".formatted(heap / 4 >> 20)), message);
    assertTrue(message.contains("the heap of %d MiB".formatted(heap >> 20)), message);
    assertTrue(message.contains("-Xmx"), message);
  }
}
