package io.vde.store.embedded;

import io.vde.store.DatasetNotFoundException;
import io.vde.store.ImageRecord;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.jboss.logging.Logger;

/**
 * Writes to one dataset, in the order of the calls. The changes that wait while a commit runs share
 * the next one: a commit costs far more than what it holds.
 *
 * <p>A fault takes the writer back to the last commit, which is what readers see all the time, and
 * opens it anew for the next change: Lucene's writer closes itself for good when a write fails.
 */
final class DatasetWriter {
  private static final Logger LOG = Logger.getLogger(DatasetWriter.class);

  /** Changes that share a commit at most, to bound the time that each of them waits. */
  private static final int MAX_GROUP = 64;

  private record Pending(Change change, CompletableFuture<Integer> done) {}

  private final String name;
  private final WriterFactory factory;
  private final SearcherManager searchers;
  private final Executor executor;
  private final int maxPending;
  private final Int8Row layout;

  private final Object monitor = new Object();
  // Guarded by monitor.
  private final Queue<Pending> pending = new ArrayDeque<>();
  private boolean scheduled;
  private boolean mergesWait;
  private boolean closed;

  private final ReentrantLock writing = new ReentrantLock();
  // Guarded by writing.
  private IndexWriter writer;
  private DatasetCommit committed;

  DatasetWriter(
      Directory directory,
      DatasetCommit committed,
      SearcherManager searchers,
      Executor executor,
      EmbeddedSettings settings) {
    name = committed.dataset().name();
    this.committed = committed;
    this.searchers = searchers;
    this.executor = executor;
    maxPending = settings.writeQueue();
    layout = new Int8Row(committed.dataset().dimension());
    factory = new WriterFactory(directory, settings.writeBufferBytes(), this::mergeFinished);
  }

  /** Opens Lucene's writer, which takes the folder's lock. */
  void open() throws IOException {
    writing.lock();
    try {
      writer = factory.open();
    } finally {
      writing.unlock();
    }
  }

  /**
   * Applies a change and returns when it is durable and visible.
   *
   * @return how many images there were of those the change names
   */
  int apply(Change change) {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    synchronized (monitor) {
      if (closed) {
        throw new DatasetNotFoundException(name);
      }
      if (pending.size() >= maxPending) {
        throw new RejectedExecutionException(
            "Too many writes to dataset '%s' are waiting".formatted(name));
      }
      pending.add(new Pending(change, done));
      schedule();
    }
    try {
      return done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      CancellationException cancelled =
          new CancellationException("Interrupted; the write may be kept or not");
      cancelled.initCause(e);
      throw cancelled;
    } catch (ExecutionException e) {
      throw StorageFaults.translate(e.getCause(), name);
    }
  }

  /** Ends all writing; what waits is refused. Returns when Lucene's writer is closed. */
  void close() {
    List<Pending> refused;
    synchronized (monitor) {
      closed = true;
      refused = List.copyOf(pending);
      pending.clear();
    }
    refused.forEach(p -> p.done.completeExceptionally(new DatasetNotFoundException(name)));
    writing.lock();
    try {
      discard();
    } finally {
      writing.unlock();
    }
  }

  private void schedule() {
    if (!scheduled && !closed) {
      scheduled = true;
      executor.execute(this::drain);
    }
  }

  // A finished merge is of no use, and its inputs stay on disk, until a commit names it.
  private void mergeFinished() {
    synchronized (monitor) {
      mergesWait = true;
      schedule();
    }
  }

  /** One group; then to the back of the executor's queue, so that other datasets get their turn. */
  private void drain() {
    List<Pending> group = new ArrayList<>();
    boolean merges;
    synchronized (monitor) {
      while (group.size() < MAX_GROUP && !pending.isEmpty()) {
        group.add(pending.remove());
      }
      merges = mergesWait;
      mergesWait = false;
    }
    writing.lock();
    try {
      if (!group.isEmpty()) {
        write(group);
      } else if (merges) {
        commitMerges();
      }
    } finally {
      writing.unlock();
      // Whatever went wrong, nobody waits for ever; does nothing to those who have their answer.
      IllegalStateException lost = new IllegalStateException("The write was not carried out");
      group.forEach(p -> p.done.completeExceptionally(lost));
      synchronized (monitor) {
        scheduled = false;
        if (!pending.isEmpty() || mergesWait) {
          schedule();
        }
      }
    }
  }

  private void write(List<Pending> group) {
    int[] counts = new int[group.size()];
    try {
      applyAndCommit(group, counts);
    } catch (IOException | RuntimeException | Error fault) {
      discard();
      if (group.size() > 1) {
        // One change's fault is not the others': each gets a commit of its own.
        group.forEach(p -> write(List.of(p)));
      } else {
        group.getFirst().done.completeExceptionally(fault);
      }
      return;
    }
    for (int i = 0; i < counts.length; i++) {
      group.get(i).done.complete(counts[i]);
    }
  }

  private void applyAndCommit(List<Pending> group, int[] counts) throws IOException {
    synchronized (monitor) {
      if (closed) {
        throw new DatasetNotFoundException(name);
      }
    }
    if (writer == null || !writer.isOpen()) {
      discard();
      writer = factory.open();
      committed = lastCommit();
    }
    IndexSearcher searcher = searchers.acquire();
    long sequence = committed.sequence();
    Sketch sketch = sketch(group);
    try {
      Presence presence = new Presence(new IdLookup(searcher));
      for (int i = 0; i < counts.length; i++) {
        switch (group.get(i).change) {
          case Change.Upsert(List<ImageRecord> images) -> {
            for (ImageRecord image : images) {
              writer.updateDocument(
                  ImageDocument.idTerm(image.id()),
                  ImageDocument.of(image, ++sequence, layout, sketch));
              presence.put(image.id(), true);
            }
            counts[i] = images.size();
          }
          case Change.Delete delete -> {
            for (String id : delete.ids()) {
              if (presence.remove(id)) {
                writer.deleteDocuments(ImageDocument.idTerm(id));
                counts[i]++;
              }
            }
          }
        }
      }
    } finally {
      searchers.release(searcher);
    }
    float[] axis = sketch == null ? committed.axis() : sketch.axis();
    commit(new DatasetCommit(committed.dataset(), sequence, axis));
  }

  /**
   * How vectors are sketched: null when they are not. The first images that are written set the
   * axis for good.
   */
  private Sketch sketch(List<Pending> group) {
    if (!Sketch.useful(layout.dimension())) {
      return null;
    }
    if (committed.axis().length > 0) {
      return new Sketch(committed.axis());
    }
    List<float[]> first = new ArrayList<>();
    for (Pending pending : group) {
      if (pending.change instanceof Change.Upsert(List<ImageRecord> images)) {
        images.forEach(image -> first.add(image.vector()));
      }
    }
    return first.isEmpty() ? null : new Sketch(Sketch.axis(first));
  }

  // A commit may have thrown when it was already durable.
  private DatasetCommit lastCommit() {
    Map<String, String> userData = new HashMap<>();
    writer.getLiveCommitData().forEach(entry -> userData.put(entry.getKey(), entry.getValue()));
    return DatasetCommit.of(userData, name);
  }

  private void commit(DatasetCommit next) throws IOException {
    writer.setLiveCommitData(next.userData().entrySet());
    writer.commit();
    committed = next;
    searchers.maybeRefreshBlocking();
  }

  private void commitMerges() {
    try {
      if (writer != null && writer.isOpen() && writer.hasUncommittedChanges()) {
        commit(committed);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warnf("Dataset '%s' could not keep a merge and will merge again: %s", name, e);
      discard();
    }
  }

  /** Back to the last commit. */
  private void discard() {
    if (writer != null) {
      try {
        writer.rollback();
      } catch (IOException | RuntimeException e) {
        LOG.warnf("Dataset '%s' could not be taken back cleanly: %s", name, e);
      }
      writer = null;
    }
  }

  /** Which images there are, in view of the group's own changes that no reader sees yet. */
  private static final class Presence {
    private final IdLookup lookup;
    private final Map<String, Boolean> changed = new HashMap<>();

    Presence(IdLookup lookup) {
      this.lookup = lookup;
    }

    void put(String id, boolean present) {
      changed.put(id, present);
    }

    boolean remove(String id) throws IOException {
      Boolean known = changed.put(id, false);
      return known != null ? known : lookup.find(id) >= 0;
    }
  }
}
