package io.vde.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The files of one repository in the cache that the Python tools (huggingface_hub) use, in their
 * layout:
 *
 * <pre>
 * models--owner--name/
 *   blobs/ETAG                 the content of a file
 *   refs/main                  the commit that a branch or tag stood for
 *   snapshots/COMMIT/PATH      a relative link to the blob, or the file itself
 *   .no_exist/COMMIT/PATH      empty: that commit has no such file
 * .locks/models--owner--name/
 * </pre>
 *
 * <p>A file gets its final name only when it is whole, by a rename, so whoever looks at the same
 * time sees either nothing or all of it.
 */
final class Cache {
  private static final Logger LOG = Logger.getLogger(Cache.class);

  /** As the Python tools do it, another kind of link, or a copy: the first that is possible. */
  static final List<Placing> WAYS =
      List.of(
          (name, blob) -> Files.createSymbolicLink(name, name.getParent().relativize(blob)),
          (name, blob) -> Files.createLink(name, blob),
          (name, blob) -> Files.copy(blob, name));

  private final Path root;
  private final Path locks;
  private final List<Placing> ways;

  /** Gives a blob a second name, or a second body. */
  @FunctionalInterface
  interface Placing {
    void place(Path name, Path blob) throws IOException;
  }

  /**
   * The place of a repository.
   *
   * @param cache the folder of all repositories
   * @param name {@code owner/name}
   * @param links whether links may be tried
   */
  Cache(Path cache, String name, boolean links) {
    this(cache, name, links ? WAYS : WAYS.subList(1, WAYS.size()));
  }

  /**
   * With ways of its own.
   *
   * @param ways in which a blob gets its place in a snapshot, tried in turn
   */
  Cache(Path cache, String name, List<Placing> ways) {
    String folder = "models--" + name.replace("/", "--");
    this.root = cache.resolve(folder);
    this.locks = cache.resolve(".locks").resolve(folder);
    this.ways = ways;
  }

  /** The commit that a revision stood for when it was last asked for. */
  Optional<String> commit(Repository repository) {
    if (repository.isPinned()) {
      return Optional.of(repository.revision());
    }
    try {
      Path ref = root.resolve("refs").resolve(repository.revision());
      return Files.isRegularFile(ref)
          ? Optional.of(Files.readString(ref).strip()).filter(Repository::isCommit)
          : Optional.empty();
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  Path snapshot(String commit) {
    return root.resolve("snapshots").resolve(commit);
  }

  /** Where a file of a commit is, if it is there. */
  Optional<Path> file(String commit, String path) {
    return Optional.of(snapshot(commit).resolve(path)).filter(Files::isRegularFile);
  }

  /** Whether a commit has a file: yes, no, or empty when the cache does not know. */
  Optional<Boolean> has(String commit, String path) {
    if (file(commit, path).isPresent()) {
      return Optional.of(true);
    }
    return Files.exists(absent(commit, path)) ? Optional.of(false) : Optional.empty();
  }

  Path blob(RemoteFile file) {
    return root.resolve("blobs").resolve(file.blob());
  }

  /** The lock that processes of this program hold while they fetch a blob. */
  Path lock(RemoteFile file) {
    return locks.resolve(file.blob() + ".vde.lock");
  }

  Path root() {
    return root;
  }

  /** Bytes that an earlier download has left. */
  long unfinishedSize(RemoteFile file) {
    return sizeOf(unfinished(file));
  }

  static long sizeOf(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Where a blob grows. The Python tools give other names to theirs. */
  Path unfinished(RemoteFile file) {
    return root.resolve("blobs").resolve(file.blob() + ".vde.incomplete");
  }

  /** Puts a blob at the file's path in a snapshot. */
  void place(RemoteFile file, String commit) {
    Path target = snapshot(commit).resolve(file.path());
    Path blob = blob(file);
    Path unfinished = target.resolveSibling(target.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(target.getParent());
      place(unfinished, blob);
      Files.move(
          unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unusable(e);
    } finally {
      deleteQuietly(unfinished);
    }
  }

  /**
   * Remembers that a commit has no such file, so that nobody needs to ask again; a cache that can
   * only be read does not.
   */
  void markAbsent(String commit, String path) {
    Path marker = absent(commit, path);
    try {
      if (!Files.exists(marker)) {
        Files.createDirectories(marker.getParent());
        Files.write(marker, new byte[0]);
      }
    } catch (IOException e) {
      LOG.debugf(e, "%s cannot be marked as absent", path);
    }
  }

  /** Remembers what a revision stands for; a cache that can only be read does not. */
  void point(Repository repository, String commit) {
    if (repository.isPinned() || commit(repository).filter(commit::equals).isPresent()) {
      return;
    }
    Path ref = root.resolve("refs").resolve(repository.revision());
    Path unfinished = ref.resolveSibling(ref.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(ref.getParent());
      Files.writeString(unfinished, commit);
      Files.move(
          unfinished, ref, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.debugf(e, "the commit of %s cannot be kept", repository);
    } finally {
      deleteQuietly(unfinished);
    }
  }

  /** Makes the folders that a blob needs. */
  void prepare() {
    try {
      Files.createDirectories(root.resolve("blobs"));
      Files.createDirectories(locks);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Bytes that can still be written there. */
  long room() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      return Long.MAX_VALUE; // some file systems do not say
    }
  }

  HubException unusable(IOException e) {
    return DiskFaults.explained(e, root);
  }

  static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It disturbs nobody.
    }
  }

  private Path absent(String commit, String path) {
    return root.resolve(".no_exist").resolve(commit).resolve(path);
  }

  private void place(Path name, Path blob) throws IOException {
    for (Placing way : ways.subList(0, ways.size() - 1)) {
      try {
        way.place(name, blob);
        return;
      } catch (IOException | UnsupportedOperationException e) {
        LOG.debugf(e, "links are refused in %s", root);
      }
    }
    ways.getLast().place(name, blob);
  }
}
