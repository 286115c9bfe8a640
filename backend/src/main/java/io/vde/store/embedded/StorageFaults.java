package io.vde.store.embedded;

import io.vde.store.StorageFullException;
import io.vde.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.LockObtainFailedException;
import org.jboss.logging.Logger;

/** Tells a full disk from other faults and puts them into words. */
final class StorageFaults {
  private static final Logger LOG = Logger.getLogger(StorageFaults.class);

  // Java has no type for it: these are the words of Linux, macOS and Windows (two).
  private static final String[] FULL = {
    "no space left on device",
    "disk quota exceeded",
    "not enough space on the disk",
    "disk is full",
    "disk full"
  };

  private StorageFaults() {}

  /** The exception of the contract for a fault met while working on a dataset. */
  static RuntimeException translate(Throwable fault, String dataset) {
    if (full(fault)) {
      return new StorageFullException(
          "The disk has no room for dataset '%s'; nothing of this write was kept"
              .formatted(dataset),
          fault);
    }
    return switch (fault) {
      case LockObtainFailedException _ ->
          new StoreUnavailableException(
              "The dataset '%s' is in use by another process".formatted(dataset), fault);
      case AlreadyClosedException _ -> unavailable(dataset, fault);
      case IOException _, Error _ -> {
        // What it says is for whoever runs the service; a caller cannot help it.
        LOG.errorf(fault, "The dataset '%s' cannot be used now", dataset);
        yield unavailable(dataset, fault);
      }
      case RuntimeException e -> e;
      default -> new IllegalStateException(fault);
    };
  }

  private static StoreUnavailableException unavailable(String dataset, Throwable fault) {
    return new StoreUnavailableException(
        "The dataset '%s' cannot be used now; the log has more".formatted(dataset), fault);
  }

  private static boolean full(Throwable fault) {
    // Bounded, as a chain of causes may in theory be a ring.
    Throwable cause = fault;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      if (cause instanceof IOException && (full(cause.getMessage()) || fullReason(cause))) {
        return true;
      }
      for (Throwable suppressed : cause.getSuppressed()) {
        if (suppressed instanceof IOException && full(suppressed.getMessage())) {
          return true;
        }
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static boolean fullReason(Throwable fault) {
    return fault instanceof FileSystemException e && full(e.getReason());
  }

  private static boolean full(String message) {
    if (message == null) {
      return false;
    }
    String lower = message.toLowerCase(Locale.ROOT);
    for (String words : FULL) {
      if (lower.contains(words)) {
        return true;
      }
    }
    return false;
  }
}
