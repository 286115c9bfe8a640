package io.vde.hub;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Fetches files of models from a hub into the cache of the Python tools, once. Needs nothing from
 * the network for what is there.
 */
@Singleton
public final class Hub {
  private static final Logger LOG = Logger.getLogger(Hub.class);

  private final HubConfig config;
  private final Function<String, Optional<String>> variables;

  @Inject
  public Hub(HubConfig config, Config variables) {
    this(config, name -> variables.getOptionalValue(name, String.class));
  }

  /**
   * With variables of its own.
   *
   * @param variables gives the value of an environment variable, or empty
   */
  public Hub(HubConfig config, Function<String, Optional<String>> variables) {
    this.config = config;
    this.variables = variables;
  }

  /**
   * Finds files of a repository in the cache, and fetches what is missing. Blocks, for as long as a
   * large download takes; an interrupt ends it, and the next call goes on where it ended.
   *
   * @param repository and the revision that is wanted
   * @param update ask the hub whether the revision stands for a newer commit
   * @param choice gives the paths that are wanted of a repository that has certain files; asked of
   *     the cache first, and then, unless that has or excludes all that it asks for, of the hub,
   *     again and again until what it wants is there: it may look into what has come. May throw an
   *     exception of its own when the repository has not what it needs.
   * @param progress told several times a second while something is downloaded
   * @throws HubException when that is not possible, with a sentence that says why
   */
  public Snapshot fetch(
      Repository repository,
      boolean update,
      Function<RepositoryFiles, List<String>> choice,
      Consumer<DownloadProgress> progress) {
    HubEnvironment environment = new HubEnvironment(variables);
    Cache cache = new Cache(environment.cache(), repository.name(), environment.links());
    Cached cached = find(repository, cache, choice);
    if (cached.complete() && !update) {
      return cached.snapshot();
    }
    if (environment.offline()) {
      return cached.offline(repository, environment);
    }
    try (HubConnection connection = new HubConnection(environment, config)) {
      int retries = cached.snapshot() == null ? config.retries() : 0;
      RemoteRepository remote =
          RemoteRepository.open(repository, environment, connection, config, retries);
      return download(repository, remote, connection, cache, choice, progress);
    } catch (RuntimeException e) {
      // The hub's faults, or the choice's: a newer commit may lack what this one has.
      boolean refusal = e instanceof HubException fault && fault.isRefusal();
      if (cached.snapshot() == null || refusal || Thread.currentThread().isInterrupted()) {
        throw e;
      }
      LOG.warnf("%s What is in the cache of %s is used.", e.getMessage(), repository);
      return cached.snapshot();
    }
  }

  /** What the choice finds in the cache alone. */
  private static Cached find(
      Repository repository, Cache cache, Function<RepositoryFiles, List<String>> choice) {
    Optional<String> commit = cache.commit(repository);
    if (commit.isEmpty()) {
      return new Cached(null, false, "");
    }
    CachedFiles files = new CachedFiles(cache, commit.get());
    try {
      var _ = choice.apply(files);
    } catch (RuntimeException e) {
      return new Cached(null, false, " " + e.getMessage());
    }
    return new Cached(
        new Snapshot(repository.name(), commit.get(), cache.snapshot(commit.get())),
        files.unknown.isEmpty(),
        "");
  }

  private Snapshot download(
      Repository repository,
      RemoteRepository remote,
      HubConnection connection,
      Cache cache,
      Function<RepositoryFiles, List<String>> choice,
      Consumer<DownloadProgress> progress) {
    HubFiles files = new HubFiles(remote, cache);
    Meter meter = new Meter(repository.name(), progress);
    Download download = new Download(remote, connection, config, cache, meter);
    while (true) {
      List<RemoteFile> missing =
          choice.apply(files).stream().filter(files::isMissing).map(remote::describe).toList();
      if (missing.isEmpty()) {
        break;
      }
      cache.prepare();
      Map<String, RemoteFile> blobs = new LinkedHashMap<>();
      for (RemoteFile file : missing) {
        if (!Files.isRegularFile(cache.blob(file))) {
          blobs.putIfAbsent(file.blob(), file);
        }
      }
      checkRoom(repository, blobs.values(), cache);
      meter.expect(sum(blobs.values()));
      blobs.values().forEach(download::fetch);
      missing.forEach(file -> cache.place(file, remote.commit()));
    }
    String commit = remote.commit();
    files.absent.forEach(path -> cache.markAbsent(commit, path));
    // Last, so that until now the revision stood for what was whole.
    cache.point(repository, commit);
    return new Snapshot(repository.name(), commit, cache.snapshot(commit));
  }

  private static OptionalLong sum(Collection<RemoteFile> blobs) {
    return blobs.stream().allMatch(file -> file.size().isPresent())
        ? OptionalLong.of(blobs.stream().mapToLong(file -> file.size().getAsLong()).sum())
        : OptionalLong.empty();
  }

  /** Better than to find out after an hour. */
  private static void checkRoom(Repository repository, Collection<RemoteFile> blobs, Cache cache) {
    long needed = 0;
    for (RemoteFile blob : blobs) {
      needed += Math.max(0, blob.size().orElse(0) - cache.unfinishedSize(blob));
    }
    long room = cache.room();
    if (needed > room) {
      throw new HubException(
          "There is no room for %s: it needs %d MB, and the disk of %s has %d MB left."
              .formatted(repository, needed / 1_000_000, cache.root(), room / 1_000_000));
    }
  }

  /** The files of a commit that the hub has, of which the cache may have some. */
  private static final class HubFiles implements RepositoryFiles {
    private final RemoteRepository remote;
    private final Cache cache;
    private final Set<String> absent = new HashSet<>();

    HubFiles(RemoteRepository remote, Cache cache) {
      this.remote = remote;
      this.cache = cache;
    }

    @Override
    public boolean has(String path) {
      if (!SafePaths.isRelative(path)) {
        return false;
      }
      boolean has = remote.has(path);
      if (!has) {
        absent.add(path);
      }
      return has;
    }

    @Override
    public Optional<Path> local(String path) {
      return has(path) ? cache.file(remote.commit(), path) : Optional.empty();
    }

    boolean isMissing(String path) {
      return !cache.has(remote.commit(), path).orElse(false);
    }
  }

  /** The files of a commit that the cache has; what it does not know counts as absent. */
  private static final class CachedFiles implements RepositoryFiles {
    private final Cache cache;
    private final String commit;
    private final Set<String> unknown = new HashSet<>();

    CachedFiles(Cache cache, String commit) {
      this.cache = cache;
      this.commit = commit;
    }

    @Override
    public boolean has(String path) {
      if (!SafePaths.isRelative(path)) {
        return false;
      }
      Optional<Boolean> known = cache.has(commit, path);
      if (known.isEmpty()) {
        unknown.add(path);
      }
      return known.orElse(false);
    }

    @Override
    public Optional<Path> local(String path) {
      return cache.file(commit, path);
    }
  }

  /**
   * What is known without the hub.
   *
   * @param snapshot usable as it is; or null
   * @param complete nothing is unknown about it
   * @param reason why it is not usable, if there is more to say than that it is not there
   */
  private record Cached(Snapshot snapshot, boolean complete, String reason) {
    Snapshot offline(Repository repository, HubEnvironment environment) {
      if (snapshot == null) {
        throw new HubException(
            "HF_HUB_OFFLINE is set, and %s is not, or not wholly, in the cache %s.%s"
                .formatted(repository, environment.cache(), reason));
      }
      return snapshot;
    }
  }
}
