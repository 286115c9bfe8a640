package io.vde.clip;

import io.vde.hub.Hub;
import io.vde.media.Lane;
import io.vde.media.Pixels;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A model that runs: its tokenizer, its two towers and the queues in front of them. */
final class LoadedModel implements AutoCloseable {
  private final ModelIdentity identity;
  private final Preprocessing preprocessing;
  private final Prompts prompts;
  private final TextTokens tokens;
  private final MicroBatcher<long[]> texts;
  private final MicroBatcher<PreparedImage> images;
  private final QueryCache queries;
  private final long bufferBytes;
  private final long residentBefore;
  private long loadedBytes;

  /** Closed from the last to the first. */
  private final Deque<AutoCloseable> parts;

  private LoadedModel(
      ModelConfig config,
      Prompts prompts,
      ModelIdentity identity,
      Preprocessing preprocessing,
      TextTokens tokens,
      Towers towers,
      long residentBefore,
      Deque<AutoCloseable> parts) {
    this.identity = identity;
    this.preprocessing = preprocessing;
    this.tokens = tokens;
    this.parts = parts;
    this.residentBefore = residentBefore;
    this.prompts = prompts;
    queries = new QueryCache(config.queryCache());
    TextTower text = towers.text();
    VisionTower vision = towers.vision();
    bufferBytes = text.bufferBytes() + vision.bufferBytes();
    texts =
        keep(
            parts,
            new MicroBatcher<>(
                "text-tower",
                new MicroBatcher.Limits(
                    towers.textGraph().quantisesActivations() ? 1 : text.largest(),
                    config.textQueue(),
                    config.deadline(),
                    towers.textGraph().quantisesActivations()),
                text::likeness,
                text));
    images =
        keep(
            parts,
            new MicroBatcher<>(
                "vision-tower",
                new MicroBatcher.Limits(
                    vision.largest(),
                    config.imageQueue(),
                    config.deadline(),
                    towers.visionGraph().quantisesActivations()),
                image -> 0,
                vision));
  }

  /**
   * Finds, loads and warms it; takes a second for the demo, more for a large one.
   *
   * @param progress told after each step
   * @throws BundleException when it cannot be used
   */
  static LoadedModel load(
      ModelConfig config, Path dataDir, Hub hub, Consumer<ModelState> progress) {
    long residentBefore = ResidentMemory.bytes();
    // Before a download: a setting that cannot be is said at once.
    Execution execution = Execution.of(config);
    Prompts prompts = Prompts.of(config);
    DownloadSum downloads = new DownloadSum(progress);
    ModelSource source = ModelSource.find(config, dataDir, hub, downloads.next());
    Optional<ModelSource> text = ModelSource.findText(config, hub, downloads.next());
    ModelBundle bundle =
        ModelBundle.read(
            source.folder(), Variant.of(config.variant()), text.map(ModelSource::folder));
    progress.accept(ModelState.loading("The model is being loaded.", 0.8));
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      TextTokens tokens =
          keep(
              parts,
              new TextTokens(
                  bundle.text().tokenizer(),
                  bundle.text().contextLength(),
                  bundle.text().lowerCase(),
                  dataDir.resolve("cache")));
      progress.accept(ModelState.loading("The model is being loaded.", 0.85));
      Towers towers = keep(parts, Towers.open(bundle, tokens, execution, new GraphChoice(dataDir)));
      progress.accept(ModelState.loading("The model is being warmed up.", 0.95));
      Preprocessing preprocessing = bundle.preprocessing();
      GraphFile visionGraph = towers.visionGraph().file();
      ModelIdentity identity =
          new ModelIdentity(
              source.id(),
              bundle.revision(visionGraph),
              visionGraph.variant().label(),
              text.map(ModelSource::id).orElse(null),
              bundle.dimension(),
              bundle.text().contextLength(),
              preprocessing.width(),
              preprocessing.height());
      LoadedModel model =
          new LoadedModel(
              config, prompts, identity, preprocessing, tokens, towers, residentBefore, parts);
      model.warmUp();
      return model;
    } catch (RuntimeException | Error e) {
      closeAll(parts);
      throw e;
    }
  }

  ModelIdentity identity() {
    return identity;
  }

  ModelUsage usage() {
    return new ModelUsage(
        texts.waiting(), images.waiting(), queries.size(), bufferBytes, loadedBytes);
  }

  CompletableFuture<float[]> embedText(String text, Lane lane) {
    if (lane == Lane.BULK) {
      return compute(text, lane);
    }
    float[] known = queries.get(text);
    if (known != null) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<float[]> vector = compute(text, lane);
    // Kept before it is given away, for whoever has it may change it.
    CompletableFuture<float[]> kept =
        vector.thenApply(
            result -> {
              queries.put(text, result);
              return result;
            });
    Relay.cancelWith(kept, vector);
    return kept;
  }

  int detail() {
    return preprocessing.detail();
  }

  PreparedImage prepare(Pixels pixels) {
    return new PreparedImage(preprocessing.crop(pixels));
  }

  CompletableFuture<float[]> embedImage(PreparedImage image, Lane lane) {
    return images.submit(image, lane);
  }

  @Override
  public void close() {
    closeAll(parts);
  }

  private CompletableFuture<float[]> compute(String text, Lane lane) {
    List<CompletableFuture<float[]>> sentences =
        prompts.around(text).stream()
            .map(sentence -> texts.submit(tokens.ids(sentence), lane))
            .toList();
    return Prompts.mean(sentences);
  }

  /** The first run of a graph is slow, and shows whether it works at all. */
  private void warmUp() {
    byte[] black = new byte[3 * preprocessing.width() * preprocessing.height()];
    try {
      CompletableFuture.allOf(
              compute("a photo", Lane.BULK), embedImage(new PreparedImage(black), Lane.BULK))
          .join();
    } catch (CompletionException e) {
      throw new BundleException(
          "The model's graphs do not run: " + e.getCause().getMessage(), e.getCause());
    }
    loadedBytes = Math.max(0, ResidentMemory.bytes() - residentBefore);
  }

  private static <T extends AutoCloseable> T keep(Deque<AutoCloseable> parts, T part) {
    parts.push(part);
    return part;
  }

  private static void closeAll(Deque<AutoCloseable> parts) {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        throw new IllegalStateException("a part of the model cannot be closed", e);
      }
    }
  }
}
