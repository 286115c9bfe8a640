package io.vde.media;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The original bytes of the images, each once, under their SHA-256. What {@link Batch#sync} has
 * returned from is on the disk, whole, whatever happens next.
 *
 * <p>A file belongs to whoever's record names its digest; this class knows no records. Files that
 * no record names (the process died between the bytes and the index) are swept at start-up.
 */
@Singleton
public final class Originals {
  private static final Logger LOG = Logger.getLogger(Originals.class);

  private final Path folder;

  /** Digests of open batches, with how many hold each: neither deleted nor swept. */
  private final Map<String, Integer> held = new HashMap<>();

  /**
   * Digests put since the start, until the first sweep is done: its idea of what is alive may be
   * older than they are.
   */
  private Set<String> fresh = new HashSet<>();

  @Inject
  public Originals(@ConfigProperty(name = "vde.data-dir") Path dataDir) {
    folder = dataDir.resolve("images");
  }

  /**
   * Begins to keep some images. Close the batch after the records that name them are committed:
   * until then none of its files can be deleted by another.
   */
  public Batch batch() {
    return new Batch();
  }

  /**
   * Keeps one image, durably. For many, {@link #batch} is several times faster.
   *
   * @return its SHA-256
   * @throws DiskFullException when there is no room
   */
  public String put(byte[] bytes) {
    try (Batch batch = batch()) {
      String sha256 = batch.add(bytes);
      batch.sync();
      return sha256;
    }
  }

  /**
   * The file of an image.
   *
   * @throws OriginalNotFoundException when it is not kept
   */
  public Path path(String sha256) {
    Path path = Digests.isDigest(sha256) ? Digests.place(folder, sha256, "") : folder;
    if (!Files.isRegularFile(path)) {
      throw new OriginalNotFoundException("The image's file is not kept here.");
    }
    return path;
  }

  /** The key of an image: the SHA-256 of its bytes in lower-case hex. */
  public static String digest(byte[] bytes) {
    return Digests.sha256(bytes);
  }

  /**
   * What the bytes of an image are.
   *
   * @throws OriginalNotFoundException when it is not kept
   */
  public ImageType type(String sha256) {
    Path path = path(sha256);
    try (InputStream in = Files.newInputStream(path)) {
      return ImageType.sniff(in.readNBytes(16))
          .orElseThrow(() -> new OriginalNotFoundException("The image's file is damaged."));
    } catch (IOException e) {
      throw SafeFiles.explained(e, path);
    }
  }

  /** Whether it is kept. */
  public boolean contains(String sha256) {
    return Digests.isDigest(sha256) && Files.isRegularFile(Digests.place(folder, sha256, ""));
  }

  /**
   * Deletes an image that no record names any more.
   *
   * @return whether it is gone by this call; false also when a batch is just keeping it anew
   */
  public boolean delete(String sha256) {
    synchronized (held) {
      if (held.containsKey(sha256)) {
        return false;
      }
      return deleteFile(Digests.place(folder, sha256, ""));
    }
  }

  /**
   * Deletes what no record names, and what writers that died left unfinished. The first time,
   * uploads may go on meanwhile. Later sweeps need writers kept out from before {@code live} is
   * learnt, for nothing remembers any more what was put since.
   *
   * @param live whether a record names this digest
   * @return how many files went
   */
  public int sweep(Predicate<String> live) {
    int swept = 0;
    for (Path file : SafeFiles.below(folder)) {
      String name = file.getFileName().toString();
      synchronized (held) {
        boolean wanted =
            SafeFiles.isUnfinished(file)
                ? heldUnfinished(name)
                : !Digests.isDigest(name) || isFresh(name) || live.test(name);
        if (!wanted && deleteFile(file)) {
          swept++;
        }
      }
    }
    synchronized (held) {
      fresh = null;
    }
    if (swept > 0) {
      LOG.infof("swept %d image files that no record names", swept);
    }
    return swept;
  }

  private boolean heldUnfinished(String name) {
    return isFresh(name.substring(0, Math.min(64, name.length())));
  }

  private boolean isFresh(String sha256) {
    return (fresh != null && fresh.contains(sha256)) || held.containsKey(sha256);
  }

  private static boolean deleteFile(Path file) {
    try {
      Files.delete(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw SafeFiles.explained(e, file);
    }
  }

  private void hold(String sha256) {
    synchronized (held) {
      held.merge(sha256, 1, Integer::sum);
      if (fresh != null) {
        fresh.add(sha256);
      }
    }
  }

  private void release(String sha256) {
    synchronized (held) {
      held.computeIfPresent(sha256, (digest, holders) -> holders == 1 ? null : holders - 1);
    }
  }

  /**
   * Some images on their way to the disk: forcing them together costs little more than forcing one.
   * Not for several threads at once.
   */
  public final class Batch implements AutoCloseable {
    private final Map<String, Path> unfinished = new LinkedHashMap<>();
    private final List<String> holding = new ArrayList<>();

    private Batch() {}

    /**
     * Adds an image; it is on the disk only after {@link #sync}.
     *
     * @return its SHA-256
     * @throws DiskFullException when there is no room
     */
    public String add(byte[] bytes) {
      String sha256 = Digests.sha256(bytes);
      add(sha256, target -> SafeFiles.writeUnfinished(target, bytes));
      return sha256;
    }

    /**
     * Adds an image that lies in a file, without reading it into memory.
     *
     * @param sha256 of the file's bytes, as {@link Originals#digest} gives it
     * @throws DiskFullException when there is no room
     */
    public void add(String sha256, Path file) {
      add(sha256, target -> SafeFiles.copyUnfinished(target, file));
    }

    private void add(String sha256, UnaryOperator<Path> write) {
      hold(sha256);
      holding.add(sha256);
      Path target = Digests.place(folder, sha256, "");
      if (!unfinished.containsKey(sha256) && !Files.isRegularFile(target)) {
        unfinished.put(sha256, write.apply(target));
      }
    }

    /**
     * Returns when all that was added is on the disk.
     *
     * @throws DiskFullException when there is no room; what was added is dropped by {@link #close}
     */
    public void sync() {
      // The kernel has begun to write the first by the time the last is there; so all are written
      // before any is forced.
      unfinished.values().forEach(SafeFiles::force);
      Set<Path> folders = new HashSet<>();
      for (var entry : unfinished.entrySet()) {
        Path target = Digests.place(folder, entry.getKey(), "");
        SafeFiles.finish(entry.getValue(), target);
        Path fan = target.getParent();
        folders.add(fan);
        folders.add(fan.getParent());
        folders.add(folder);
      }
      unfinished.clear();
      folders.forEach(SafeFiles::forceFolder);
    }

    /** Lets go of the files; what was added and not synced is dropped. */
    @Override
    public void close() {
      unfinished.values().forEach(SafeFiles::deleteQuietly);
      unfinished.clear();
      holding.forEach(Originals.this::release);
      holding.clear();
    }
  }
}
