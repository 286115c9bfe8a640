package io.vde.ingest;

import io.quarkus.runtime.StartupEvent;
import io.vde.media.ImageOwners;
import io.vde.media.Originals;
import io.vde.media.Thumbnails;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.DatasetStatus;
import io.vde.store.ImageStore;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jboss.logging.Logger;

/**
 * Removes the bytes that no image refers to, and their thumbnails: what a crash between bytes and
 * commit has left, and what deleted images leave. Bytes are written before the commit that refers
 * to them, so writers hold {@link #writing} from the one to the other and a sweep waits for them.
 *
 * <p>Nothing is removed from a data folder that another store has kept images in: what they are is
 * in that store's records alone.
 */
@Singleton
final class OriginalsSweeper {
  private static final Logger LOG = Logger.getLogger(OriginalsSweeper.class);

  private final ImageStore images;
  private final Originals originals;
  private final Thumbnails thumbnails;
  private final ImageOwners owners;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  // One sweep at a time, and one more waiting: it sees everything that was deleted before it.
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(1),
          Thread.ofPlatform().daemon().name("sweep").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  /** Whether no other store has kept images here; null until the store has said who it is. */
  private Boolean sole;

  OriginalsSweeper(
      ImageStore images, Originals originals, Thumbnails thumbnails, ImageOwners owners) {
    this.images = images;
    this.originals = originals;
    this.thumbnails = thumbnails;
    this.owners = owners;
  }

  void start(@Observes StartupEvent event) {
    sweepSoon();
  }

  /** Sweeps in the background. */
  void sweepSoon() {
    thread.execute(
        () -> {
          try {
            sweep();
          } catch (RuntimeException e) {
            LOG.warn(
                "Bytes that no image refers to could not be removed; the next start tries again",
                e);
          }
        });
  }

  /** Removes what no image refers to. */
  void sweep() {
    if (!soleOwner()) {
      return;
    }
    lock.writeLock().lock();
    try {
      Set<String> live = new HashSet<>();
      for (DatasetStatus dataset : images.datasets()) {
        try {
          images.digests(dataset.dataset().name(), live::add);
        } catch (DatasetNotFoundException e) {
          LOG.debugf("The dataset %s was dropped meanwhile", e.name());
        }
      }
      originals.sweep(live::contains);
      thumbnails.sweep(live::contains);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Held while bytes are written and committed. */
  Lock writing() {
    soleOwner();
    return lock.readLock();
  }

  /** Whether all originals are this store's, which is written down as one of their owners. */
  private synchronized boolean soleOwner() {
    if (sole == null) {
      String store = images.identity();
      sole = owners.add(store);
      if (!sole) {
        LOG.warnf(
            "The data folder's images belong to other stores, too; so none are removed, not even"
                + " those that no image refers to. When the others are no more, leave nothing but"
                + " the line '%s' in %s",
            store, owners.file());
      }
    }
    return sole;
  }

  @PreDestroy
  void stop() {
    thread.shutdown();
  }
}
