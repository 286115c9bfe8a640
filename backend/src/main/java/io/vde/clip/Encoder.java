package io.vde.clip;

import io.quarkus.runtime.StartupEvent;
import io.vde.hub.Hub;
import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.Pixels;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Texts and images to vectors of one space. The model loads in the background; until it is ready,
 * and for good when it cannot be loaded, everything fails with a {@link ModelNotReadyException}
 * that says how far it is.
 *
 * <p>Every vector has {@link ModelIdentity#dimension} finite floats and Euclidean length 1, and
 * does not depend on what else was embedded at the same time; but for images of imports at 8 bits,
 * which differ a little by what shares their batch. Futures fail with a {@link
 * java.util.concurrent.RejectedExecutionException} when too much waits, with an {@link
 * EmbeddingException} when the model gives nothing usable for that input, and with a {@link
 * ModelFaultException} when the model does not run. What depends on them runs on the model's own
 * thread and must be short, or asynchronous.
 */
@Singleton
public final class Encoder {
  /**
   * Characters of a text that are read. A megabyte costs .6 s although all but a few dozen tokens
   * are cut off; no context holds this many characters.
   */
  public static final int MAX_TEXT = 10_000;

  private static final Logger LOG = Logger.getLogger(Encoder.class);

  private final ModelConfig config;
  private final Path dataDir;
  private final Hub hub;
  private final ImageDecoder decoder;
  private volatile ModelState state = ModelState.loading("The model is loading.", 0);
  private volatile LoadedModel model;
  private Thread loading;

  /** Completes when the model is ready, or will never be. */
  private final CompletableFuture<Void> settled = new CompletableFuture<>();

  @Inject
  public Encoder(
      ModelConfig config,
      @ConfigProperty(name = "vde.data-dir") Path dataDir,
      Hub hub,
      ImageDecoder decoder) {
    this.config = config;
    this.dataDir = dataDir;
    this.hub = hub;
    this.decoder = decoder;
  }

  void onStart(@Observes StartupEvent event) {
    start();
  }

  /** Begins to load the model and returns at once. For once. */
  public synchronized void start() {
    if (loading == null) {
      loading = Thread.ofPlatform().daemon().name("model-loading").start(this::settle);
    }
  }

  /**
   * Waits until the model is ready.
   *
   * @throws ModelNotReadyException when it could not be loaded
   */
  public void awaitReady() {
    settled.join();
    loaded();
  }

  /** How far the model is. */
  public ModelState state() {
    return state;
  }

  /**
   * Which model it is.
   *
   * @throws ModelNotReadyException while it loads, and when it could not be loaded
   */
  public ModelIdentity model() {
    return loaded().identity();
  }

  /**
   * What it holds now.
   *
   * @throws ModelNotReadyException while it loads, and when it could not be loaded
   */
  public ModelUsage usage() {
    return loaded().usage();
  }

  /**
   * Embeds a text, in the sentences of {@code vde.model.prompts} or as it is; what exceeds the
   * model's context is cut off. An empty text has a vector too.
   */
  public CompletableFuture<float[]> embedText(String text, Lane lane) {
    return attempt(model -> model.embedText(text, lane));
  }

  /**
   * Embeds an image; resizes it on the caller's thread, which takes milliseconds for a large one.
   */
  public CompletableFuture<float[]> embedImage(Pixels pixels, Lane lane) {
    return attempt(model -> model.embedImage(model.prepare(pixels), lane));
  }

  /**
   * Embeds the bytes of an image file; see {@link ImageDecoder} for what may be wrong with them.
   * The pixels never leave the decoder's budget of memory.
   */
  public CompletableFuture<float[]> embedImage(byte[] file, Lane lane) {
    return attempt(
        model -> {
          CompletableFuture<PreparedImage> prepared =
              decoder.decode(
                  file, lane, model.detail(), decoded -> model.prepare(decoded.pixels()));
          CompletableFuture<float[]> result = new CompletableFuture<>();
          var _ =
              prepared.whenComplete(
                  (image, failure) -> {
                    if (failure != null) {
                      result.completeExceptionally(failure);
                    } else if (!result.isDone()) {
                      Relay.follow(model.embedImage(image, lane), result);
                    }
                  });
          Relay.cancelWith(result, prepared);
          return result;
        });
  }

  /**
   * Makes of an image what the model will see of it: for a pipeline that has the pixels only for a
   * moment.
   *
   * @throws ModelNotReadyException while the model loads
   */
  public PreparedImage prepare(Pixels pixels) {
    return loaded().prepare(pixels);
  }

  /**
   * Pixels of the shorter edge that {@link #prepare} resizes an image to: all the detail it needs.
   *
   * @throws ModelNotReadyException while the model loads
   */
  public int detail() {
    return loaded().detail();
  }

  /** Embeds a prepared image. */
  public CompletableFuture<float[]> embedImage(PreparedImage image, Lane lane) {
    return attempt(model -> model.embedImage(image, lane));
  }

  @PreDestroy
  public synchronized void close() {
    if (loading != null) {
      loading.interrupt(); // a download ends; the next start goes on with it
      try {
        loading.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
    if (model != null) {
      model.close();
    }
  }

  private CompletableFuture<float[]> attempt(
      Function<LoadedModel, CompletableFuture<float[]>> work) {
    try {
      return work.apply(loaded());
    } catch (ModelNotReadyException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private LoadedModel loaded() {
    ModelState now = state;
    if (!now.isReady()) {
      throw new ModelNotReadyException(now);
    }
    return model;
  }

  private void settle() {
    load();
    settled.complete(null);
  }

  private void load() {
    long start = System.nanoTime();
    try {
      decoder.warmUp();
      model = LoadedModel.load(config, dataDir, hub, loading -> state = loading);
      state = ModelState.ready();
      ModelIdentity identity = model.identity();
      LOG.infof(
          "model %s (revision %s, %d dimensions) ready after %.1f s",
          identity.id(),
          identity.revision(),
          identity.dimension(),
          (System.nanoTime() - start) / 1e9);
    } catch (BundleException e) {
      fail(e.getMessage(), e);
    } catch (Exception | LinkageError | OutOfMemoryError e) {
      fail("The model could not be loaded.", e);
    }
  }

  private void fail(String reason, Throwable cause) {
    if (Thread.currentThread().isInterrupted()) {
      LOG.debug("loading was stopped", cause); // the service ends
    } else if (cause instanceof BundleException) {
      LOG.errorf("model %s: %s", config.source(), reason);
      LOG.debug("why the model was refused", cause);
    } else {
      LOG.errorf(cause, "model %s: %s", config.source(), reason);
    }
    state = ModelState.failed(reason);
  }
}
