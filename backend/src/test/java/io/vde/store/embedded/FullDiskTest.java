package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.ImageRecord;
import io.vde.store.Images;
import io.vde.store.SearchQuery;
import io.vde.store.StorageFullException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
  private static final int DIMENSION = 512;
  private static final SearchQuery QUERY =
      new SearchQuery(Images.axis(DIMENSION, 0), 0, 10, Set.of(), null, false, true);

  @TempDir Path folder;

  private final AtomicLong room = new AtomicLong(Long.MAX_VALUE);

  private EmbeddedImageStore open() {
    return new EmbeddedImageStore(
        folder,
        EmbeddedSettings.defaults(),
        path -> new FullDiskDirectory(new MMapDirectory(path), room));
  }

  @Test
  void aFullDiskRefusesWritesKeepsNothingOfThemAndLetsReadingGoOn() {
    List<ImageRecord> more = Images.random("more", 200, DIMENSION, 2);
    try (EmbeddedImageStore store = open()) {
      store.create(Images.dataset("birds", DIMENSION));
      room.set(1000);
      assertThrows(StorageFullException.class, () -> store.upsert("birds", more));
      room.set(Long.MAX_VALUE);
      store.upsert("birds", Images.random("i", 50, DIMENSION, 1));
      for (long left : new long[] {0, 100, 1000, 100_000, 300_000, 500_000}) {
        room.set(left);
        assertThrows(StorageFullException.class, () -> store.upsert("birds", more));
        assertEquals(50, store.search("birds", QUERY).total());
        assertEquals(50, store.get("birds", ids("i", 50)).size());
      }
      room.set(0);
      assertThrows(StorageFullException.class, () -> store.delete("birds", List.of("i000000")));
      assertThrows(
          StorageFullException.class, () -> store.create(Images.dataset("cats", DIMENSION)));
      assertTrue(store.dataset("cats").isEmpty());

      room.set(Long.MAX_VALUE);
      store.upsert("birds", more);
      assertEquals(1, store.delete("birds", List.of("i000000")));
      store.create(Images.dataset("cats", DIMENSION));
      assertEquals(249, store.search("birds", QUERY).total());
    }
    try (EmbeddedImageStore store = open()) {
      assertEquals(249, store.dataset("birds").orElseThrow().images());
    }
  }

  @Test
  void aDiskThatFillsUpDuringManyWritesLosesNothingAcknowledged() {
    int kept = 0;
    try (EmbeddedImageStore store = open()) {
      store.create(Images.dataset("birds", DIMENSION));
      // Enough writes for merges to run, some of them when there is no room left for them.
      for (int i = 0; i < 60; i++) {
        room.set(i % 4 == 3 ? 3000 : 800_000);
        try {
          store.upsert("birds", Images.random("batch" + i + "-", 20, DIMENSION, i));
          kept += 20;
        } catch (StorageFullException e) {
          assertEquals(kept, store.dataset("birds").orElseThrow().images());
        }
      }
      room.set(Long.MAX_VALUE);
      store.upsert("birds", Images.random("last", 20, DIMENSION, 99));
      kept += 20;
      assertEquals(kept, store.search("birds", QUERY).total());
    }
    try (EmbeddedImageStore store = open()) {
      assertEquals(kept, store.dataset("birds").orElseThrow().images());
    }
  }

  private static List<String> ids(String prefix, int count) {
    return Images.random(prefix, count, 1, 0).stream().map(ImageRecord::id).toList();
  }
}
