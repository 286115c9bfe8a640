package io.vde.ingest;

import io.vde.clip.EmbeddingException;
import io.vde.clip.Encoder;
import io.vde.clip.ModelMismatchException;
import io.vde.clip.PreparedImage;
import io.vde.ingest.NewImage.Bytes;
import io.vde.ingest.Outcome.Status;
import io.vde.media.ByteBudget;
import io.vde.media.Decoded;
import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaException;
import io.vde.media.Originals;
import io.vde.media.Thumbnails;
import io.vde.store.Dataset;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.ImageChecks;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Lock;

/**
 * The one way of an image into a dataset: decode, embed, keep the bytes, insert. What has an
 * outcome other than failed is durable when it is returned.
 */
@Singleton
public final class Pipeline {
  /** Images that are written together: one commit costs as much as some images. */
  private static final int BATCH = 64;

  /** Images under way at once, over all callers: below the queues of decoder and encoder. */
  private static final int IN_FLIGHT = 32;

  /** Nothing that was acknowledged is lost: what the table has no column for is refused. */
  private static final String MAPPED =
      "The dataset is a table of ids, URLs and vectors that keeps no files: an image for it needs"
          + " a url, and has no metadata";

  private final ImageStore images;
  private final Originals originals;
  private final Thumbnails thumbnails;
  private final ImageDecoder decoder;
  private final Encoder encoder;
  private final OriginalsSweeper sweeper;
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT, true);
  private final ByteBudget memory = ByteBudget.ofHeap(8);

  Pipeline(
      ImageStore images,
      Originals originals,
      Thumbnails thumbnails,
      ImageDecoder decoder,
      Encoder encoder,
      OriginalsSweeper sweeper) {
    this.images = images;
    this.originals = originals;
    this.thumbnails = thumbnails;
    this.decoder = decoder;
    this.encoder = encoder;
    this.sweeper = sweeper;
  }

  /**
   * An image with everything that is to be stored of it, or what became of it instead.
   *
   * @param record as it will be stored, or is stored already; null when it failed
   */
  private record Prepared(NewImage image, ImageRecord record, Outcome outcome) {
    boolean isNew() {
      return outcome.status() == Status.CREATED || outcome.status() == Status.REPLACED;
    }

    Prepared with(Status status) {
      return new Prepared(image, record, new Outcome(outcome.id(), status, null));
    }
  }

  /**
   * Adds images; a bad one costs itself alone.
   *
   * @return one outcome an image, in their order
   * @throws ModelMismatchException when the dataset's vectors are of another model
   */
  public List<Outcome> add(String name, List<NewImage> batch) {
    Dataset dataset = images.describe(name).orElseThrow(() -> new DatasetNotFoundException(name));
    String running = encoder.model().key();
    if (!running.equals(dataset.model())) {
      throw new ModelMismatchException(
          "The dataset '%s'".formatted(name), dataset.model(), running);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += BATCH) {
      List<Prepared> prepared =
          inOrder(prepared(name, batch.subList(from, Math.min(from + BATCH, batch.size()))));
      write(dataset, prepared);
      prepared.forEach(each -> outcomes.add(each.outcome()));
    }
    return outcomes;
  }

  private List<Prepared> prepared(String dataset, List<NewImage> batch) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Prepared>> futures =
          batch.stream().map(image -> threads.submit(() -> limited(dataset, image))).toList();
      List<Prepared> prepared = new ArrayList<>();
      for (Future<Prepared> future : futures) {
        prepared.add(future.get());
      }
      return prepared;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException fault) {
        throw fault;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while images were prepared", e);
    }
  }

  /**
   * Each was compared with what is stored; of several with one id, the later ones have to be
   * compared with those before them.
   */
  private static List<Prepared> inOrder(List<Prepared> batch) {
    Map<String, ImageRecord> latest = new HashMap<>();
    List<Prepared> ordered = new ArrayList<>();
    for (Prepared each : batch) {
      ImageRecord before =
          each.record() == null ? null : latest.put(each.record().id(), each.record());
      ordered.add(
          before == null
              ? each
              : each.with(
                  same(before, each.image(), each.record().sha256())
                      ? Status.UNCHANGED
                      : Status.REPLACED));
    }
    return ordered;
  }

  private Prepared limited(String dataset, NewImage image) throws InterruptedException {
    inFlight.acquire();
    try {
      String fault = image.id() == null ? null : ImageIds.fault(image.id());
      return fault != null ? failed(image, fault) : read(dataset, image);
    } finally {
      inFlight.release();
    }
  }

  private Prepared read(String dataset, NewImage image) {
    return switch (image.bytes()) {
      case Bytes.Missing missing -> failed(image, missing.reason());
      case Bytes.InMemory memory -> prepared(dataset, image, memory.bytes());
      case Bytes.InFile file -> {
        try (var _ = memory.await(Files.size(file.path()))) {
          yield prepared(dataset, image, Files.readAllBytes(file.path()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  private Prepared prepared(String dataset, NewImage image, byte[] bytes) {
    String sha256 = Originals.digest(bytes);
    boolean mapped = images.isMapped(dataset);
    if (mapped && (image.url() == null || !image.metadata().isEmpty())) {
      return failed(image, MAPPED);
    }
    String id = image.id() == null ? ImageIds.of(sha256) : image.id();
    ImageRecord old = images.get(dataset, List.of(id)).get(id);
    if (old != null && same(old, image, sha256)) {
      return new Prepared(image, old, new Outcome(id, Status.UNCHANGED, null));
    }
    try {
      Seen seen =
          decoder
              .decode(bytes, Lane.BULK, encoder.detail(), decoded -> seen(mapped, sha256, decoded))
              .join();
      float[] vector = encoder.embedImage(seen.image(), Lane.BULK).join();
      ImageRecord record =
          new ImageRecord(
              id,
              image.url(),
              seen.width(),
              seen.height(),
              image.metadata(),
              mapped ? null : sha256,
              vector);
      Status status = old == null ? Status.CREATED : Status.REPLACED;
      return new Prepared(
          image,
          ImageChecks.check(record, encoder.model().dimension()),
          new Outcome(id, status, null));
    } catch (IllegalArgumentException e) {
      return failed(image, e.getMessage());
    } catch (CompletionException e) {
      return switch (e.getCause()) {
        case EmbeddingException fault -> failed(image, fault.getMessage());
        case MediaException fault -> failed(image, fault.getMessage());
        case RuntimeException fault -> throw fault;
        case null, default -> throw e;
      };
    }
  }

  /** What stays of an image's pixels, which the decoder only lends. */
  private record Seen(int width, int height, PreparedImage image) {}

  private Seen seen(boolean mapped, String sha256, Decoded decoded) {
    if (!mapped) {
      thumbnails.prepare(sha256, decoded);
    }
    return new Seen(decoded.width(), decoded.height(), encoder.prepare(decoded.pixels()));
  }

  private static Prepared failed(NewImage image, String reason) {
    return new Prepared(image, null, Outcome.failed(image.id(), reason));
  }

  /** Of a table without digests nobody can tell. */
  private static boolean same(ImageRecord old, NewImage image, String sha256) {
    return sha256 != null
        && sha256.equals(old.sha256())
        && old.metadata().equals(image.metadata())
        && Objects.equals(old.url(), image.url());
  }

  private void write(Dataset dataset, List<Prepared> prepared) {
    List<Prepared> fresh = prepared.stream().filter(Prepared::isNew).toList();
    if (fresh.isEmpty()) {
      return;
    }
    Lock writing = sweeper.writing();
    writing.lock();
    try {
      // Held until the records that name the bytes are committed.
      try (Originals.Batch batch = originals.batch()) {
        for (Prepared each : images.isMapped(dataset.name()) ? List.<Prepared>of() : fresh) {
          switch (each.image().bytes()) {
            case Bytes.InMemory memory -> batch.add(memory.bytes());
            case Bytes.InFile file -> batch.add(each.record().sha256(), file.path());
            case Bytes.Missing missing -> throw new IllegalStateException(missing.reason());
          }
        }
        batch.sync();
        requireStill(dataset);
        images.upsert(dataset.name(), fresh.stream().map(Prepared::record).toList());
      }
    } finally {
      writing.unlock();
    }
  }

  /** What was meant for a dataset does not go to another that has taken its name meanwhile. */
  private void requireStill(Dataset dataset) {
    if (images
        .describeNow(dataset.name())
        .filter(now -> now.createdAt().equals(dataset.createdAt()))
        .isEmpty()) {
      throw new DatasetNotFoundException(dataset.name());
    }
  }
}
