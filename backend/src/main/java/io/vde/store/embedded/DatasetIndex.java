package io.vde.store.embedded;

import io.vde.store.Dataset;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.DatasetStatus;
import io.vde.store.DatasetStatus.IndexState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Executor;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.IOUtils;

/**
 * One dataset: a Lucene directory, its writer, and the newest snapshot for readers. Readers see
 * commits only, so nothing that is not durable, and never half a change.
 */
final class DatasetIndex {
  private final Dataset dataset;
  private final Directory directory;
  private final SearcherManager searchers;
  private final DatasetWriter writer;

  private DatasetIndex(
      Dataset dataset, Directory directory, SearcherManager searchers, DatasetWriter writer) {
    this.dataset = dataset;
    this.directory = directory;
    this.searchers = searchers;
    this.writer = writer;
  }

  /** Opens the dataset in a directory, which it then owns. */
  static DatasetIndex open(Directory directory, Executor executor, EmbeddedSettings settings)
      throws IOException {
    SearcherManager searchers = null;
    try {
      DirectoryReader reader = DirectoryReader.open(directory);
      DatasetCommit commit;
      try {
        commit = DatasetCommit.of(reader.getIndexCommit().getUserData(), directory.toString());
        searchers = new SearcherManager(reader, new Searchers());
      } catch (IOException | RuntimeException e) {
        IOUtils.closeWhileHandlingException(reader);
        throw e;
      }
      DatasetWriter writer = new DatasetWriter(directory, commit, searchers, executor, settings);
      writer.open();
      return new DatasetIndex(commit.dataset(), directory, searchers, writer);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileHandlingException(searchers, directory);
      throw e;
    }
  }

  Dataset dataset() {
    return dataset;
  }

  int write(Change change) {
    return writer.apply(change);
  }

  /**
   * The newest snapshot; to be released.
   *
   * @throws DatasetNotFoundException when the dataset was dropped
   */
  Snapshot acquire() {
    try {
      return (Snapshot) searchers.acquire();
    } catch (AlreadyClosedException e) {
      throw new DatasetNotFoundException(dataset.name());
    } catch (IOException e) {
      throw StorageFaults.translate(e, dataset.name());
    }
  }

  void release(IndexSearcher searcher) {
    try {
      searchers.release(searcher);
    } catch (IOException e) {
      throw StorageFaults.translate(e, dataset.name());
    }
  }

  DatasetStatus status() {
    IndexSearcher searcher = acquire();
    try {
      return new DatasetStatus(
          dataset, searcher.getIndexReader().numDocs(), bytes(), IndexState.READY, null);
    } catch (IOException e) {
      throw StorageFaults.translate(e, dataset.name());
    } finally {
      release(searcher);
    }
  }

  private long bytes() throws IOException {
    long sum = 0;
    for (String file : directory.listAll()) {
      try {
        sum += directory.fileLength(file);
      } catch (NoSuchFileException e) {
        // A merge has just replaced it.
      }
    }
    return sum;
  }

  /** Ends writing at once; snapshots in use stay readable until they are released. */
  void close() {
    writer.close();
    IOUtils.closeWhileHandlingException(searchers, directory);
  }

  private static final class Searchers extends SearcherFactory {
    @Override
    public IndexSearcher newSearcher(IndexReader reader, IndexReader previous) throws IOException {
      return new Snapshot((DirectoryReader) reader);
    }
  }
}
