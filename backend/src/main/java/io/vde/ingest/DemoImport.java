package io.vde.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.StartupEvent;
import io.vde.clip.Encoder;
import io.vde.ingest.NewImage.Bytes;
import io.vde.store.ImageStore;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Brings the bundled pictures into the dataset {@code demo} on the first start, through the same
 * pipeline as everything else. A marker file says that it is done, so that what a person deletes
 * stays deleted.
 */
@Singleton
final class DemoImport {
  static final String DATASET = "demo";

  private static final Logger LOG = Logger.getLogger(DemoImport.class);
  private static final String DESCRIPTION =
      "1,906 emoji in two drawing styles, Noto Emoji and Twemoji";
  private static final List<String> STYLES = List.of("noto", "twemoji");
  private static final int BATCH = 128;
  private static final long STORE_POLL_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ImageStore images;
  private final DatasetService datasets;
  private final Pipeline pipeline;
  private final Encoder encoder;
  private final boolean wanted;
  private final boolean demoModel;
  private final Path marker;
  private volatile boolean stopped;

  /** Somebody did not want to wait: it is not brought again. */
  private volatile boolean deleted;

  DemoImport(
      ImageStore images,
      DatasetService datasets,
      Pipeline pipeline,
      Encoder encoder,
      @ConfigProperty(name = "vde.demo") boolean wanted,
      @ConfigProperty(name = "vde.model") String model,
      @ConfigProperty(name = "vde.data-dir") Path dataDir) {
    this.images = images;
    this.datasets = datasets;
    this.pipeline = pipeline;
    this.encoder = encoder;
    this.wanted = wanted;
    demoModel = model.equals("demo");
    marker = dataDir.resolve("demo-imported");
  }

  void start(@Observes StartupEvent event) {
    if (!wanted) {
      return;
    }
    if (!demoModel) {
      LOG.info("The demo dataset is left out, as it goes with vde.model=demo");
      return;
    }
    if (!Files.exists(marker)) {
      datasets.beforeDeletion(DATASET, this::giveUp);
      Thread.ofVirtual().name("demo-import").start(this::run);
    }
  }

  private void run() {
    long total = 0;
    try {
      encoder.awaitReady();
      awaitStore();
      Map<String, Map<String, Object>> captions = captions();
      total = (long) captions.size() * STYLES.size();
      begin(total);
      LOG.infof("Importing the demo dataset: %d images", total);
      long start = System.nanoTime();
      for (String style : STYLES) {
        importStyle(style, captions, total);
      }
      if (!stopped) {
        finish();
        LOG.infof(
            deleted
                ? "The demo dataset was deleted during its import, after %.1f s"
                : "The demo dataset is ready after %.1f s",
            (System.nanoTime() - start) / 1e9);
      }
    } catch (IOException | RuntimeException e) {
      if (!stopped) {
        LOG.error("The demo dataset could not be imported; the next start goes on with it", e);
        Progress progress = datasets.progress(DATASET);
        datasets.report(
            DATASET,
            new Progress(
                progress == null ? 0 : progress.done(),
                total,
                progress == null ? 0 : progress.failed(),
                "The import has failed; the log has more"));
      }
    }
  }

  private synchronized void begin(long total) {
    if (!deleted) {
      datasets.report(DATASET, new Progress(0, total, 0, null));
      if (images.dataset(DATASET).isEmpty()) {
        datasets.create(DATASET, DESCRIPTION);
      }
    }
  }

  /**
   * Before the dataset is deleted: a process that ends between the two must not bring it back. It
   * may be what an earlier start has left unfinished, while this one still waits for the model.
   */
  private synchronized void giveUp() {
    try {
      finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    deleted = true;
  }

  private synchronized void finish() throws IOException {
    if (!Files.exists(marker)) {
      Files.createFile(marker);
    }
  }

  /** A database may start later than the service. */
  private void awaitStore() {
    while (!stopped && images.unavailableReason() != null) {
      LockSupport.parkNanos(STORE_POLL_NANOS);
    }
  }

  private static Map<String, Map<String, Object>> captions() throws IOException {
    Map<String, Map<String, Object>> captions = new HashMap<>();
    try (InputStream in = resource("captions.json")) {
      for (JsonNode caption : new ObjectMapper().readTree(in)) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("label", caption.get("label").textValue());
        List<String> tags = new ArrayList<>();
        caption.get("tags").forEach(tag -> tags.add(tag.textValue()));
        metadata.put("tags", List.copyOf(tags));
        metadata.put("group", caption.get("group").textValue());
        metadata.put("subgroup", caption.get("sub").textValue());
        captions.put(caption.get("file").textValue(), metadata);
      }
    }
    return captions;
  }

  private void importStyle(String style, Map<String, Map<String, Object>> captions, long total)
      throws IOException {
    try (ZipInputStream zip = new ZipInputStream(resource(style + "-128.zip"))) {
      List<NewImage> batch = new ArrayList<>();
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Map<String, Object> metadata = new LinkedHashMap<>(captions.get(entry.getName()));
        metadata.put("style", style);
        String id = style + "-" + entry.getName().replaceFirst("\\.png$", "");
        batch.add(new NewImage(id, null, metadata, new Bytes.InMemory(zip.readAllBytes())));
        if (batch.size() == BATCH) {
          add(batch, total);
          batch.clear();
        }
      }
      add(batch, total);
    }
  }

  private void add(List<NewImage> batch, long total) {
    if (stopped || deleted || batch.isEmpty()) {
      return;
    }
    List<Outcome> outcomes;
    try {
      outcomes = pipeline.add(DATASET, batch);
    } catch (RuntimeException e) {
      if (deleted) {
        return;
      }
      throw e;
    }
    report(outcomes, total);
  }

  private void report(List<Outcome> outcomes, long total) {
    long failed = 0;
    for (Outcome outcome : outcomes) {
      if (outcome.status() == Outcome.Status.FAILED) {
        failed++;
        LOG.warnf("The demo image %s could not be imported: %s", outcome.id(), outcome.error());
      }
    }
    long failures = failed;
    datasets.advance(
        DATASET,
        before ->
            new Progress(before.done() + outcomes.size(), total, before.failed() + failures, null));
  }

  private static InputStream resource(String name) {
    InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream("demo/images/" + name);
    if (in == null) {
      throw new IllegalStateException("demo/images/" + name + " is not on the class path");
    }
    return in;
  }

  @PreDestroy
  void stop() {
    stopped = true;
  }
}
