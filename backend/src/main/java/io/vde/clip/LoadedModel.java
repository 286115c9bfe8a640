package io.vde.clip;

import io.vde.media.Lane;
import io.vde.media.Pixels;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A model that runs: its tokenizer, its two towers and the queues in front of them. */
final class LoadedModel implements AutoCloseable {
  private final ModelIdentity identity;
  private final Preprocessing preprocessing;
  private final TextTokens tokens;
  private final MicroBatcher<long[]> texts;
  private final MicroBatcher<PreparedImage> images;

  /** Closed from the last to the first. */
  private final Deque<AutoCloseable> parts;

  private LoadedModel(
      ModelIdentity identity,
      Preprocessing preprocessing,
      TextTokens tokens,
      MicroBatcher<long[]> texts,
      MicroBatcher<PreparedImage> images,
      Deque<AutoCloseable> parts) {
    this.identity = identity;
    this.preprocessing = preprocessing;
    this.tokens = tokens;
    this.texts = texts;
    this.images = images;
    this.parts = parts;
  }

  /**
   * Finds, loads and warms it; takes a second for the demo, more for a large one.
   *
   * @param progress told after each step
   * @throws BundleException when it cannot be used
   */
  static LoadedModel load(ModelConfig config, Path dataDir, Consumer<ModelState> progress) {
    int cores = Runtime.getRuntime().availableProcessors();
    int threads = config.threads().orElse(Math.max(1, cores - 1));
    ModelSource source = ModelSource.find(config.source(), dataDir);
    ModelBundle bundle = ModelBundle.read(source.folder());
    progress.accept(ModelState.loading("The model is being loaded.", 0.2));
    Deque<AutoCloseable> parts = new ArrayDeque<>();
    try {
      TextTokens tokens =
          keep(
              parts,
              new TextTokens(bundle.tokenizer(), bundle.contextLength(), dataDir.resolve("cache")));
      progress.accept(ModelState.loading("The model is being loaded.", 0.4));
      TextTower text = keep(parts, new TextTower(bundle, threads));
      VisionTower vision = keep(parts, new VisionTower(bundle, threads));
      progress.accept(ModelState.loading("The model is being warmed up.", 0.8));
      MicroBatcher<long[]> texts =
          keep(
              parts,
              new MicroBatcher<>(
                  "text-tower", text.largest(), config.textQueue(), ids -> ids.length, text));
      MicroBatcher<PreparedImage> images =
          keep(
              parts,
              new MicroBatcher<>(
                  "vision-tower", vision.largest(), config.imageQueue(), image -> 0, vision));
      Preprocessing preprocessing = bundle.preprocessing();
      ModelIdentity identity =
          new ModelIdentity(
              source.id(),
              bundle.revision(),
              "fp32",
              bundle.dimension(),
              bundle.contextLength(),
              preprocessing.width(),
              preprocessing.height());
      LoadedModel model = new LoadedModel(identity, preprocessing, tokens, texts, images, parts);
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

  CompletableFuture<float[]> embedText(String text, Lane lane) {
    return texts.submit(tokens.ids(text), lane);
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

  /** The first run of a graph is slow, and shows whether it works at all. */
  private void warmUp() {
    byte[] black = new byte[3 * preprocessing.width() * preprocessing.height()];
    try {
      CompletableFuture.allOf(
              embedText("a photo", Lane.INTERACTIVE),
              embedImage(new PreparedImage(black), Lane.INTERACTIVE))
          .join();
    } catch (CompletionException e) {
      throw new BundleException(
          "The model's graphs do not run: " + e.getCause().getMessage(), e.getCause());
    }
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
