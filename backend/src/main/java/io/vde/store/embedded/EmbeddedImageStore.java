package io.vde.store.embedded;

import static java.util.Objects.requireNonNull;

import io.vde.store.Dataset;
import io.vde.store.DatasetExistsException;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.DatasetStatus;
import io.vde.store.Filter;
import io.vde.store.ImageChecks;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Page;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.MMapDirectory;

/**
 * {@link ImageStore} on a local folder: a Lucene index a dataset, searched exactly.
 *
 * <p>Searches run on threads of their own, one a core; writes on others.
 */
public final class EmbeddedImageStore implements ImageStore {
  private static final int WRITE_THREADS = 2;

  /** Records that one turn of {@link #rank} reads. */
  private static final int CHUNK = 1000;

  private final DatasetFolders folders;
  private final Map<String, DatasetIndex> indexes = new ConcurrentHashMap<>();
  private final SearchPool pool;
  private final ExecutorService writes;
  private final EmbeddedSettings settings;
  private final Reads reads;
  private volatile boolean closed;

  /**
   * Opens the datasets in a folder, which is made when it does not exist.
   *
   * @throws io.vde.store.StoreUnavailableException when a dataset cannot be read, was written by a
   *     newer version, or is in use by another process; the message names it
   */
  public EmbeddedImageStore(Path folder, EmbeddedSettings settings) {
    this(folder, settings, MMapDirectory::new);
  }

  EmbeddedImageStore(Path folder, EmbeddedSettings settings, DirectoryOpener opener) {
    this.settings = requireNonNull(settings, "settings is null");
    folders = new DatasetFolders(requireNonNull(folder, "folder is null"), opener);
    reads = new Reads(Kernels.pick(settings.kernel()));
    pool = new SearchPool(settings);
    writes =
        Executors.newFixedThreadPool(
            WRITE_THREADS, Thread.ofPlatform().name("vde-write-", 0).daemon().factory());
    try {
      for (String name : folders.sweep()) {
        indexes.put(name, open(name));
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private DatasetIndex open(String name) {
    try {
      return DatasetIndex.open(folders.open(name), writes, settings);
    } catch (IOException e) {
      throw StorageFaults.translate(e, name);
    }
  }

  @Override
  public synchronized void create(Dataset dataset) {
    String name = dataset.name();
    if (closed) {
      throw new IllegalStateException("The store is closed");
    }
    if (indexes.containsKey(name)) {
      throw new DatasetExistsException(name);
    }
    try {
      folders.create(dataset);
    } catch (IOException e) {
      throw StorageFaults.translate(e, name);
    }
    indexes.put(name, open(name));
  }

  @Override
  public Optional<DatasetStatus> dataset(String name) {
    return Optional.ofNullable(indexes.get(name)).flatMap(this::status);
  }

  @Override
  public List<DatasetStatus> datasets() {
    return indexes.values().stream()
        .flatMap(index -> status(index).stream())
        .sorted(
            Comparator.comparing((DatasetStatus s) -> s.dataset().createdAt())
                .reversed()
                .thenComparing(s -> s.dataset().name()))
        .toList();
  }

  private Optional<DatasetStatus> status(DatasetIndex index) {
    try {
      return Optional.of(index.status());
    } catch (DatasetNotFoundException e) {
      // Dropped since it was looked up.
      return Optional.empty();
    }
  }

  @Override
  public synchronized boolean drop(String name) {
    DatasetIndex index = indexes.remove(name);
    if (index == null) {
      return false;
    }
    index.close();
    try {
      folders.drop(name);
    } catch (IOException e) {
      throw StorageFaults.translate(e, name);
    }
    return true;
  }

  @Override
  public void upsert(String dataset, List<ImageRecord> images) {
    DatasetIndex index = index(dataset);
    List<ImageRecord> checked = ImageChecks.checkAll(images, index.dataset().dimension());
    if (!checked.isEmpty()) {
      index.write(new Change.Upsert(checked));
    }
  }

  @Override
  public int delete(String dataset, Collection<String> ids) {
    DatasetIndex index = index(dataset);
    Set<String> distinct = new LinkedHashSet<>(ids);
    return distinct.isEmpty() ? 0 : index.write(new Change.Delete(distinct));
  }

  @Override
  public Map<String, ImageRecord> get(String dataset, Collection<String> ids) {
    return read(dataset, searcher -> reads.get(searcher, ids));
  }

  @Override
  public Page<ImageRecord> list(String dataset, Filter filter, int offset, int limit) {
    if (offset < 0 || limit < 0) {
      throw new IllegalArgumentException("offset " + offset + " and limit " + limit + " < 0");
    }
    return read(dataset, searcher -> reads.list(searcher, filter, offset, limit));
  }

  @Override
  public SearchResult search(String dataset, SearchQuery query) {
    return pool.call(dataset, cancellation -> searchHere(dataset, query, cancellation));
  }

  /** {@link #search} on the calling thread. */
  SearchResult searchHere(String dataset, SearchQuery query, Cancellation cancellation)
      throws IOException {
    DatasetIndex index = index(dataset);
    float[] vector = ImageChecks.checkQuery(query.vector(), index.dataset().dimension());
    Snapshot searcher = index.acquire();
    try {
      return reads.search(searcher, query, vector, cancellation);
    } finally {
      index.release(searcher);
    }
  }

  @Override
  public void rank(
      String dataset, float[] vector, Filter filter, Consumer<SearchResult.Hit> consumer) {
    DatasetIndex index = index(dataset);
    float[] unit = ImageChecks.checkQuery(vector, index.dataset().dimension());
    Snapshot searcher = index.acquire();
    try {
      Ranking ranking =
          held(dataset, searcher, cancel -> reads.ranking(searcher, unit, filter, cancel));
      // The consumer runs here, not on a search thread: it may be as slow as a network.
      for (int start = 0; start < ranking.size(); start += CHUNK) {
        int first = start;
        int end = Math.min(ranking.size(), start + CHUNK);
        held(dataset, searcher, cancel -> reads.hits(searcher, ranking, first, end, false))
            .forEach(consumer);
      }
    } finally {
      index.release(searcher);
    }
  }

  @Override
  public void digests(String dataset, Consumer<String> consumer) {
    DatasetIndex index = index(dataset);
    Snapshot searcher = index.acquire();
    try {
      int size = searcher.getIndexReader().maxDoc();
      for (int start = 0; start < size; start += CHUNK) {
        int first = start;
        int end = Math.min(size, start + CHUNK);
        held(dataset, searcher, cancel -> reads.digests(searcher, first, end)).forEach(consumer);
      }
    } finally {
      index.release(searcher);
    }
  }

  private <T> T read(String dataset, SnapshotRead<T> read) {
    DatasetIndex index = index(dataset);
    return pool.call(
        dataset,
        cancellation -> {
          Snapshot searcher = index.acquire();
          try {
            return read.on(searcher);
          } finally {
            index.release(searcher);
          }
        });
  }

  // The task holds the snapshot itself: an interrupted caller lets go of it before the task ends.
  private <T> T held(String dataset, IndexSearcher searcher, SearchPool.Read<T> read) {
    return pool.call(
        dataset,
        cancellation -> {
          searcher.getIndexReader().incRef();
          try {
            return read.run(cancellation);
          } finally {
            searcher.getIndexReader().decRef();
          }
        });
  }

  /** A read of one snapshot. */
  @FunctionalInterface
  private interface SnapshotRead<T> {
    T on(IndexSearcher searcher) throws IOException;
  }

  private DatasetIndex index(String name) {
    if (closed) {
      throw new IllegalStateException("The store is closed");
    }
    DatasetIndex index = indexes.get(requireNonNull(name, "dataset is null"));
    if (index == null) {
      throw new DatasetNotFoundException(name);
    }
    return index;
  }

  @Override
  public String unavailableReason() {
    return closed ? "The store is closed" : null;
  }

  @Override
  public synchronized void close() {
    closed = true;
    pool.close();
    indexes.values().forEach(DatasetIndex::close);
    writes.close();
    indexes.clear();
  }
}
