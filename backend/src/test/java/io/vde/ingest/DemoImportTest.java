package io.vde.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.clip.Encoder;
import io.vde.clip.ModelConfig;
import io.vde.media.ImageOwners;
import io.vde.media.Originals;
import io.vde.media.Thumbnails;
import io.vde.store.Dataset;
import io.vde.store.DatasetStatus;
import io.vde.store.DatasetStatus.IndexState;
import io.vde.store.ImageStore;
import io.vde.store.SessionStore;
import io.vde.testing.Settings;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo dataset, deleted while its import waits for a model that never comes. */
class DemoImportTest {
  private static final DatasetStatus DEMO =
      new DatasetStatus(
          new Dataset("demo", "", "m", 1, Instant.EPOCH), 128, 1, IndexState.READY, null);

  @TempDir Path data;

  /** Whether the marker was there when the dataset was dropped; null before. */
  private final AtomicReference<Boolean> marked = new AtomicReference<>();

  private OriginalsSweeper sweeper;
  private DatasetService datasets;

  @BeforeEach
  void waiting() {
    ImageStore images =
        fake(
            ImageStore.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "dataset" -> marked.get() == null ? Optional.of(DEMO) : Optional.empty();
                  case "datasets" -> List.of();
                  case "drop" -> marked.compareAndSet(null, Files.exists(marker()));
                  case "identity" -> "here";
                  case "isMapped" -> false;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
    SessionStore sessions =
        fake(
            SessionStore.class,
            (proxy, method, arguments) -> method.getName().equals("countOn") ? 0L : null);
    Originals originals = new Originals(data);
    Thumbnails thumbnails = new Thumbnails(data, originals, null);
    Encoder encoder = new Encoder(Settings.of(ModelConfig.class), data, null, null);
    sweeper = new OriginalsSweeper(images, originals, thumbnails, new ImageOwners(data));
    datasets = new DatasetService(images, sessions, encoder, sweeper, originals, thumbnails);
    new DemoImport(images, datasets, null, encoder, true, "demo", data).start(null);
  }

  @AfterEach
  void stop() {
    sweeper.stop();
  }

  private Path marker() {
    return data.resolve("demo-imported");
  }

  private static <T> T fake(Class<T> type, InvocationHandler calls) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
  }

  @Test
  void isMarkedAsDoneBeforeItIsDroppedSoThatNoKillBringsItBack() {
    assertFalse(Files.exists(marker()));
    datasets.delete("demo", false);
    assertEquals(true, marked.get());
  }

  @Test
  void staysWhenItCannotBeMarked() throws Exception {
    Files.delete(data);
    assertThrows(UncheckedIOException.class, () -> datasets.delete("demo", false));
    assertTrue(datasets.status("demo").images() > 0);
    Files.createDirectory(data);
  }
}
