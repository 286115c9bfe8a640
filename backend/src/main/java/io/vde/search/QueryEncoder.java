package io.vde.search;

import io.vde.clip.Encoder;
import io.vde.clip.ModelMismatchException;
import io.vde.clip.Relay;
import io.vde.media.ByteBudget;
import io.vde.media.Lane;
import io.vde.media.RemoteFetcher;
import io.vde.store.Dataset;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Turns the terms of a query into one unit vector. */
@Singleton
public final class QueryEncoder {
  /** Longest text of one term, in characters; what exceeds the model's context is cut anyway. */
  public static final int MAX_TEXT = Encoder.MAX_TEXT;

  private static final int MAX_TERMS = 16;
  private static final double MAX_WEIGHT = 10;
  private static final double SHORTEST_SUM = 1e-6;

  private final Encoder encoder;
  private final RemoteFetcher fetcher;
  private final ImageStore images;

  /** For pictures that have to be read first, apart from imports, so that these do not stop it. */
  private final ByteBudget memory = ByteBudget.ofHeap(16);

  QueryEncoder(Encoder encoder, RemoteFetcher fetcher, ImageStore images) {
    this.encoder = encoder;
    this.fetcher = fetcher;
    this.images = images;
  }

  /**
   * The sum of the terms' unit vectors times their weights, scaled to unit length.
   *
   * @param dataset where the query goes
   * @param terms 1 to 16
   * @return {@code dimension} long
   * @throws BadQueryException when a term cannot be used, or they cancel each other out
   * @throws ModelMismatchException when words or pictures are to be compared with vectors of a
   *     model that is not the running one
   */
  public float[] encode(Dataset dataset, List<QueryTerm> terms) {
    if (terms.isEmpty() || terms.size() > MAX_TERMS) {
      throw new BadQueryException("query", "must have 1 to " + MAX_TERMS + " terms");
    }
    List<CompletableFuture<float[]>> vectors = new ArrayList<>();
    try {
      for (int i = 0; i < terms.size(); i++) {
        String at = "query[" + i + "]";
        double weight = terms.get(i).weight();
        if (!(Math.abs(weight) <= MAX_WEIGHT)) {
          throw new BadQueryException(at + ".weight", "must be a number from -10 to 10");
        }
        vectors.add(vector(dataset, terms.get(i), at));
      }
      await(vectors);
      double[] sum = new double[dataset.dimension()];
      for (int i = 0; i < terms.size(); i++) {
        add(sum, vectors.get(i).join(), terms.get(i).weight());
      }
      return unit(sum);
    } finally {
      // Of a query that has failed, nobody needs the rest; what is done is not touched.
      vectors.forEach(vector -> vector.cancel(false));
    }
  }

  /** Until all are there, one has failed, or nobody wants the answer any more. */
  private static void await(List<CompletableFuture<float[]>> vectors) {
    CompletableFuture<Void> all =
        CompletableFuture.allOf(vectors.toArray(CompletableFuture[]::new));
    for (CompletableFuture<float[]> vector : vectors) {
      var _ = vector.exceptionally(failure -> failed(all, failure));
    }
    try {
      var _ = all.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("The query was given up.", e);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  private static float[] failed(CompletableFuture<Void> all, Throwable failure) {
    all.completeExceptionally(failure);
    return null;
  }

  private CompletableFuture<float[]> vector(Dataset dataset, QueryTerm term, String at) {
    return switch (term) {
      case QueryTerm.Text text -> {
        requireRunningModel(dataset);
        yield text(text.text(), at + ".text", Lane.INTERACTIVE);
      }
      case QueryTerm.Image image -> CompletableFuture.completedFuture(stored(dataset, image));
      case QueryTerm.Bytes bytes -> {
        requireRunningModel(dataset);
        yield encoder.embedImage(bytes.bytes(), Lane.INTERACTIVE);
      }
      case QueryTerm.Url url -> {
        requireRunningModel(dataset);
        yield fetched(url.url(), Lane.INTERACTIVE);
      }
      case QueryTerm.Vector vector ->
          CompletableFuture.completedFuture(checked(dataset, vector.vector(), at + ".vector"));
    };
  }

  /**
   * The vector of a text, for a call that may have many: searches go before it.
   *
   * @param at where in the request, for the error
   */
  public CompletableFuture<float[]> text(String text, String at) {
    return text(text, at, Lane.BATCH);
  }

  private CompletableFuture<float[]> text(String text, String at, Lane lane) {
    if (text.isBlank()) {
      throw new BadQueryException(at, "is blank");
    }
    if (text.length() > MAX_TEXT) {
      throw new BadQueryException(
          at, "has %d characters; at most %d are read".formatted(text.length(), MAX_TEXT));
    }
    return encoder.embedText(text, lane);
  }

  /** The vector of an image's bytes, for a call that may have many: searches go before it. */
  public CompletableFuture<float[]> picture(byte[] bytes) {
    return encoder.embedImage(bytes, Lane.BATCH);
  }

  /**
   * The vector of an image somewhere else, which is fetched in the background. Cancelling it ends
   * the fetch. More than {@link #fetchesAtOnce} at once are unfair to others.
   */
  public CompletableFuture<float[]> picture(URI url) {
    CompletableFuture<float[]> vector = new CompletableFuture<>();
    Thread fetching =
        Thread.ofVirtual()
            .name("fetching")
            .start(
                () -> {
                  try {
                    Relay.follow(fetched(url, Lane.BATCH), vector);
                  } catch (RuntimeException e) {
                    vector.completeExceptionally(e);
                  }
                });
    var _ =
        vector.whenComplete(
            (value, fault) -> {
              if (vector.isCancelled()) {
                fetching.interrupt();
              }
            });
    return vector;
  }

  /** How many images one call may fetch at the same time. */
  public int fetchesAtOnce() {
    return fetcher.fairShare();
  }

  private CompletableFuture<float[]> fetched(URI url, Lane lane) {
    RemoteFetcher.Fetched fetched = fetcher.fetch(url, memory);
    return held(fetched.share(), lane, fetched::body);
  }

  /** The vector of an image in a file, which is read before this returns. */
  public CompletableFuture<float[]> picture(Path file) throws IOException {
    return held(
        memory.await(Files.size(file)),
        Lane.BATCH,
        () -> {
          try {
            return Files.readAllBytes(file);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /** Holds the share of the budget until the vector is there. */
  private CompletableFuture<float[]> held(
      ByteBudget.Share share, Lane lane, Supplier<byte[]> bytes) {
    try {
      CompletableFuture<float[]> vector = encoder.embedImage(bytes.get(), lane);
      var _ = vector.whenComplete((value, fault) -> share.close());
      return vector;
    } catch (RuntimeException e) {
      share.close();
      throw e;
    }
  }

  /**
   * The vector of an image of a dataset.
   *
   * @throws ModelMismatchException when it is not one of the running model
   */
  public float[] stored(String dataset, String id) {
    Dataset found =
        images.describe(dataset).orElseThrow(() -> new DatasetNotFoundException(dataset));
    requireRunningModel(found);
    return stored(found, new QueryTerm.Image(id, 1));
  }

  private float[] stored(Dataset dataset, QueryTerm.Image term) {
    Map<String, ImageRecord> found = images.get(dataset.name(), List.of(term.imageId()));
    ImageRecord image = found.get(term.imageId());
    if (image == null) {
      throw new NoSuchImageException(dataset.name(), term.imageId());
    }
    return image.vector();
  }

  private static float[] checked(Dataset dataset, float[] vector, String at) {
    if (vector.length != dataset.dimension()) {
      throw new BadQueryException(
          at,
          "has %d numbers; the vectors of '%s' have %d"
              .formatted(vector.length, dataset.name(), dataset.dimension()));
    }
    double length = length(vector);
    if (!Double.isFinite(length)) {
      throw new BadQueryException(at, "has numbers that are not finite");
    }
    if (!(length > 0)) {
      throw new BadQueryException(at, "is all zeros");
    }
    return vector;
  }

  private void requireRunningModel(Dataset dataset) {
    String running = encoder.model().key();
    if (!running.equals(dataset.model())) {
      throw new ModelMismatchException(
          "The dataset '%s'".formatted(dataset.name()), dataset.model(), running);
    }
  }

  private static void add(double[] sum, float[] vector, double weight) {
    double length = length(vector);
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * vector[i] / length;
    }
  }

  private static double length(float[] vector) {
    double sum = 0;
    for (float x : vector) {
      sum += (double) x * x;
    }
    return Math.sqrt(sum);
  }

  private static float[] unit(double[] sum) {
    double square = 0;
    for (double x : sum) {
      square += x * x;
    }
    double length = Math.sqrt(square);
    if (!(length >= SHORTEST_SUM)) {
      throw new BadQueryException("query", "the terms cancel each other out");
    }
    float[] unit = new float[sum.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = (float) (sum[i] / length);
    }
    return unit;
  }
}
