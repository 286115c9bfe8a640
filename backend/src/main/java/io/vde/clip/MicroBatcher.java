package io.vde.clip;

import io.vde.media.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/**
 * The queue in front of one tower. One run at a time, on a thread of its own; what has queued up
 * while a run went on is the next batch, so nobody waits for a timer and a lone request runs at
 * once. The lanes go in their order, and the later ones fill up what is left of a batch. Only
 * inputs of the same likeness (texts of the same length) share a batch: none is padded. What
 * somebody waits for is turned away when its deadline has passed: nobody waits for it any more.
 *
 * @param <I> the input
 */
final class MicroBatcher<I> implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(MicroBatcher.class);

  /**
   * Runs a batch.
   *
   * @param <I> the input
   */
  @FunctionalInterface
  interface Tower<I> extends AutoCloseable {
    /**
     * One vector for each input, in their order.
     *
     * @throws Exception when the whole batch failed
     */
    List<float[]> run(List<I> batch) throws Exception;

    /** Frees what a run needs; when none goes on. */
    @Override
    default void close() {}
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Map<Lane, SequencedSet<Job<I>>> queues = new EnumMap<>(Lane.class);
  private final int largest;
  private final int capacity;
  private final long deadlineNanos;
  private final boolean requestsAlone;
  private final ToIntFunction<I> likeness;
  private final Tower<I> tower;
  private final Thread worker;
  private boolean closed;

  /**
   * What waits, and how.
   *
   * @param largest inputs in a batch
   * @param capacity inputs that may wait in each lane
   * @param deadline how long an input may wait, unless it is an import's
   * @param requestsAlone whether each input, unless it is an import's, has a run of its own, for a
   *     tower whose vectors depend on what shares the batch
   */
  record Limits(int largest, int capacity, Duration deadline, boolean requestsAlone) {}

  /**
   * Starts the thread.
   *
   * @param name of the thread
   * @param likeness equal for inputs that may share a batch
   * @param tower runs them
   */
  MicroBatcher(String name, Limits limits, ToIntFunction<I> likeness, Tower<I> tower) {
    this.largest = limits.largest;
    this.capacity = limits.capacity;
    this.deadlineNanos = limits.deadline.toNanos();
    this.requestsAlone = limits.requestsAlone;
    this.likeness = likeness;
    this.tower = tower;
    for (Lane lane : Lane.values()) {
      queues.put(lane, new LinkedHashSet<>());
    }
    this.worker = Thread.ofPlatform().daemon().name(name).start(this::work);
  }

  /**
   * Queues an input.
   *
   * @return its vector; fails with a {@link RejectedExecutionException} when the queue is full,
   *     with an {@link EmbeddingException} when the tower gave nothing usable for it, and with a
   *     {@link ModelFaultException} when its run failed. Cancelling it takes the input out of the
   *     queue. What depends on it runs on the tower's thread and must be short.
   */
  CompletableFuture<float[]> submit(I input, Lane lane) {
    Job<I> job = new Job<>(input, lane);
    lock.lock();
    try {
      SequencedSet<Job<I>> queue = queues.get(lane);
      if (closed || queue.size() >= capacity) {
        return CompletableFuture.failedFuture(
            new RejectedExecutionException("Too many inputs are waiting to be embedded."));
      }
      queue.add(job);
      arrived.signal();
    } finally {
      lock.unlock();
    }
    var _ =
        job.result.whenComplete(
            (vector, failure) -> {
              if (job.result.isCancelled()) {
                remove(job, lane);
              }
            });
    return job.result;
  }

  /** Inputs that wait. */
  int waiting() {
    lock.lock();
    try {
      return queues.values().stream().mapToInt(SequencedSet::size).sum();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread after its present run; what waits is turned away. */
  @Override
  public void close() {
    List<Job<I>> left = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      queues.values().forEach(queue -> left.addAll(queue));
      queues.values().forEach(SequencedSet::clear);
      arrived.signal();
    } finally {
      lock.unlock();
    }
    left.forEach(
        job ->
            job.result.completeExceptionally(
                new RejectedExecutionException("The service is stopping.")));
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void remove(Job<I> job, Lane lane) {
    lock.lock();
    try {
      queues.get(lane).remove(job);
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (List<Job<I>> batch = next(); !batch.isEmpty(); batch = next()) {
      batch.removeIf(this::turnedAway);
      if (batch.isEmpty()) {
        continue;
      }
      try {
        List<float[]> vectors = tower.run(batch.stream().map(job -> job.input).toList());
        for (int i = 0; i < batch.size(); i++) {
          deliver(batch.get(i), vectors.get(i));
        }
      } catch (Exception | LinkageError | OutOfMemoryError e) {
        LOG.errorf(e, "%s: a run of %d inputs failed", worker.getName(), batch.size());
        ModelFaultException failure = new ModelFaultException(e);
        batch.forEach(job -> job.result.completeExceptionally(failure));
      }
    }
  }

  private boolean turnedAway(Job<I> job) {
    if (job.lane == Lane.BULK || System.nanoTime() - job.since < deadlineNanos) {
      return false;
    }
    job.result.completeExceptionally(
        new RejectedExecutionException("There is too much to do: the input waited too long."));
    return true;
  }

  private static <I> void deliver(Job<I> job, float[] vector) {
    try {
      job.result.complete(UnitVector.of(vector));
    } catch (EmbeddingException e) {
      job.result.completeExceptionally(e);
    }
  }

  /** Waits for the next batch; empty when closed. */
  private List<Job<I>> next() {
    lock.lock();
    try {
      List<Job<I>> batch = new ArrayList<>(largest);
      while (!closed) {
        for (Lane lane : Lane.values()) {
          if (batch.isEmpty() || !requestsAlone) {
            take(queues.get(lane), batch, requestsAlone && lane != Lane.BULK ? 1 : largest);
          }
        }
        if (!batch.isEmpty()) {
          break;
        }
        arrived.awaitUninterruptibly();
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void take(SequencedSet<Job<I>> queue, List<Job<I>> batch, int most) {
    Iterator<Job<I>> jobs = queue.iterator();
    while (jobs.hasNext() && batch.size() < most) {
      Job<I> job = jobs.next();
      if (batch.isEmpty()
          || likeness.applyAsInt(job.input) == likeness.applyAsInt(batch.getFirst().input)) {
        jobs.remove();
        if (!job.result.isDone()) {
          batch.add(job);
        }
      }
    }
  }

  /** Compared by identity: two clients may ask for the same text. */
  private static final class Job<I> {
    private final I input;
    private final Lane lane;
    private final CompletableFuture<float[]> result = new CompletableFuture<>();
    private final long since = System.nanoTime();

    Job(I input, Lane lane) {
      this.input = input;
      this.lane = lane;
    }
  }
}
