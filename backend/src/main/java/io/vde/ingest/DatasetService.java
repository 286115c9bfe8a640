package io.vde.ingest;

import io.vde.clip.Encoder;
import io.vde.media.Originals;
import io.vde.media.Thumbnail;
import io.vde.media.Thumbnails;
import io.vde.store.Dataset;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.DatasetReadOnlyException;
import io.vde.store.DatasetStatus;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Page;
import io.vde.store.SessionStore;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** Makes, describes and removes datasets, and knows the imports that run into them. */
@Singleton
public final class DatasetService {
  /** What a dataset may be called. */
  public static final String NAME_PATTERN = "[a-z0-9][a-z0-9_-]{0,62}";

  private static final Pattern NAME = Pattern.compile(NAME_PATTERN);
  private static final int MAX_DESCRIPTION = 1000;

  private final ImageStore images;
  private final SessionStore sessions;
  private final Encoder encoder;
  private final OriginalsSweeper sweeper;
  private final Originals originals;
  private final Thumbnails thumbnails;
  private final Map<String, Progress> imports = new ConcurrentHashMap<>();
  private final Map<String, Runnable> deletions = new ConcurrentHashMap<>();

  DatasetService(
      ImageStore images,
      SessionStore sessions,
      Encoder encoder,
      OriginalsSweeper sweeper,
      Originals originals,
      Thumbnails thumbnails) {
    this.images = images;
    this.sessions = sessions;
    this.encoder = encoder;
    this.sweeper = sweeper;
    this.originals = originals;
    this.thumbnails = thumbnails;
  }

  /**
   * Makes an empty dataset for the running model.
   *
   * @throws io.vde.store.DatasetExistsException when the name is taken
   */
  public DatasetStatus create(String name, String description) {
    if (!NAME.matcher(name).matches()) {
      throw new BadDatasetException("name", "must match " + NAME_PATTERN);
    }
    if (description.length() > MAX_DESCRIPTION) {
      throw new BadDatasetException(
          "description", "must have at most " + MAX_DESCRIPTION + " characters");
    }
    images.create(
        new Dataset(
            name,
            description,
            encoder.model().key(),
            encoder.model().dimension(),
            Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    return status(name);
  }

  /** All datasets, newest first. */
  public List<DatasetStatus> list() {
    return images.datasets();
  }

  /** A dataset. */
  public DatasetStatus status(String name) {
    return images.dataset(name).orElseThrow(() -> new DatasetNotFoundException(name));
  }

  /** The import that runs into the dataset or ran last since the start, or null. */
  public Progress progress(String name) {
    return imports.get(name);
  }

  /**
   * Says what has to be done before a dataset is removed. When that fails, the dataset stays.
   *
   * @param name of a dataset that need not exist yet
   */
  void beforeDeletion(String name, Runnable first) {
    deletions.put(name, first);
  }

  void report(String name, Progress progress) {
    imports.put(name, progress);
  }

  /** Reports how far an import has come, unless its dataset was deleted since it began. */
  void advance(String name, UnaryOperator<Progress> step) {
    imports.computeIfPresent(name, (dataset, before) -> step.apply(before));
  }

  /**
   * Removes a dataset with its images.
   *
   * @param withSessions whether to remove the sessions that teach on it too
   * @throws DatasetInUseException when there are such sessions and they are to be kept
   * @throws DatasetReadOnlyException when it is somebody else's table; its sessions stay, too
   */
  public void delete(String name, boolean withSessions) {
    status(name);
    if (images.isMapped(name)) {
      // Said before the sessions go, not after.
      throw new DatasetReadOnlyException(name);
    }
    long teaching = sessions.countOn(name);
    if (teaching > 0 && !withSessions) {
      throw new DatasetInUseException(name, teaching);
    }
    deletions.getOrDefault(name, () -> {}).run();
    sessions.deleteOn(name);
    imports.remove(name);
    if (!images.drop(name)) {
      throw new DatasetNotFoundException(name);
    }
    sweeper.sweepSoon();
  }

  /** The images of a dataset, newest first. */
  public Page<ImageRecord> images(String name, int offset, int limit) {
    return images.list(name, null, offset, limit);
  }

  /** An image of a dataset. */
  public Optional<ImageRecord> image(String name, String id) {
    return Optional.ofNullable(images.get(name, List.of(id)).get(id));
  }

  /** A copy of an image's bytes, and what they are. */
  public record Original(Path file, String mediaType) {}

  /**
   * Our copy of an image's bytes.
   *
   * @throws io.vde.media.OriginalNotFoundException when there is none
   */
  public Original original(ImageRecord image) {
    Path file = originals.path(image.sha256());
    return new Original(file, originals.type(image.sha256()).mediaType());
  }

  /** An image's thumbnail, made when there is none yet. */
  public Thumbnail thumbnail(ImageRecord image) {
    return thumbnails.thumbnail(image.sha256());
  }

  /** Removes an image; false when there was none. */
  public boolean deleteImage(String name, String id) {
    boolean deleted = images.delete(name, List.of(id)) > 0;
    if (deleted) {
      sweeper.sweepSoon();
    }
    return deleted;
  }
}
