package io.vde.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.media.ImageOwners;
import io.vde.media.Originals;
import io.vde.media.Thumbnails;
import io.vde.store.ImageStore;
import io.vde.store.StoreUnavailableException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes are removed when no image of any store that uses the data folder refers to them. */
class OriginalsSweeperTest {
  private static final byte[] BYTES = {1, 2, 3};

  @TempDir Path data;

  /** A store without datasets: no record of its names any bytes. */
  private static ImageStore store(String identity) {
    return (ImageStore)
        Proxy.newProxyInstance(
            ImageStore.class.getClassLoader(),
            new Class<?>[] {ImageStore.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "datasets" -> List.of();
                  case "identity" -> {
                    if (identity == null) {
                      throw new StoreUnavailableException("down", null);
                    }
                    yield identity;
                  }
                  default -> throw new AssertionError(method);
                });
  }

  private OriginalsSweeper sweeper(String identity) {
    Originals originals = new Originals(data);
    return new OriginalsSweeper(
        store(identity), originals, new Thumbnails(data, originals, null), new ImageOwners(data));
  }

  private String kept() {
    return new Originals(data).put(BYTES);
  }

  private boolean isThere(String digest) {
    return new Originals(data).contains(digest);
  }

  @Test
  void whatNoImageRefersToIsRemoved() {
    OriginalsSweeper sweeper = sweeper("a");
    sweeper.writing();
    String digest = kept();
    sweeper.sweep();
    assertFalse(isThere(digest));
  }

  @Test
  void anotherStoreOnTheSameFolderRemovesNothing() {
    sweeper("a").writing();
    String digest = kept();
    sweeper("b").sweep();
    assertTrue(isThere(digest));
    // Nor does the first, from now on: what is kept since may be the other's.
    sweeper("a").sweep();
    assertTrue(isThere(digest));
  }

  @Test
  void aPersonMaySayThatOneStoreOwnsAll() throws Exception {
    sweeper("a").writing();
    String digest = kept();
    sweeper("b").sweep();
    assertEquals("a\nb\n", Files.readString(data.resolve("images/stores")));
    Files.writeString(data.resolve("images/stores"), "b\n");
    sweeper("b").sweep();
    assertFalse(isThere(digest));
  }

  @Test
  void imagesOfNobodyKnowsWhomAreKept() {
    String digest = kept();
    sweeper("a").sweep();
    assertTrue(isThere(digest));
  }

  @Test
  void nothingIsKeptOrRemovedWhileTheStoreDoesNotSayWhoItIs() {
    sweeper("a").writing();
    String digest = kept();
    OriginalsSweeper unknown = sweeper(null);
    assertThrows(StoreUnavailableException.class, unknown::sweep);
    assertThrows(StoreUnavailableException.class, unknown::writing);
    assertTrue(isThere(digest));
  }
}
