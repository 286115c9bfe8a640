package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.hub.DownloadProgress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A model and a text model are downloaded one after the other. */
class DownloadSumTest {
  private final List<ModelState> told = new ArrayList<>();
  private final DownloadSum sum = new DownloadSum(told::add);

  @Test
  void theSecondGoesOnWhereTheFirstEnded() {
    Consumer<DownloadProgress> first = sum.next();
    first.accept(new DownloadProgress("o/clip", 0, 600));
    first.accept(new DownloadProgress("o/clip", 600, 600));
    Consumer<DownloadProgress> second = sum.next();
    second.accept(new DownloadProgress("o/text", 0, 200));
    second.accept(new DownloadProgress("o/text", 200, 200));
    assertEquals(new DownloadProgress("o/text", 600, 800), told.get(2).download());
    assertEquals(new DownloadProgress("o/text", 800, 800), told.get(3).download());
    assertNeverBack();
  }

  @Test
  void aTotalThatIsNotKnownLeavesTheSumUnknown() {
    sum.next().accept(new DownloadProgress("o/clip", 600, 0));
    sum.next().accept(new DownloadProgress("o/text", 100, 200));
    assertEquals(new DownloadProgress("o/text", 700, 0), told.getLast().download());
    assertNeverBack();
  }

  private void assertNeverBack() {
    for (int i = 1; i < told.size(); i++) {
      assertTrue(told.get(i - 1).progress() <= told.get(i).progress(), told.toString());
    }
  }
}
