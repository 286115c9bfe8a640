package io.vde.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Brings the content of files into the cache. What a broken connection or an end of the process has
 * left is continued; a file is checked before it gets its name.
 */
final class Download {
  private static final Logger LOG = Logger.getLogger(Download.class);
  private static final int CHUNK = 1 << 16;

  private final RemoteRepository repository;
  private final HubConnection connection;
  private final HubConfig config;
  private final Cache cache;
  private final Meter meter;

  Download(
      RemoteRepository repository,
      HubConnection connection,
      HubConfig config,
      Cache cache,
      Meter meter) {
    this.repository = repository;
    this.connection = connection;
    this.config = config;
    this.cache = cache;
    this.meter = meter;
  }

  /**
   * Makes sure that a file's blob is in the cache.
   *
   * @throws HubException when it cannot be had, or is not what the hub promised
   */
  void fetch(RemoteFile file) {
    Path unfinished = cache.unfinished(file);
    try (DownloadLock _ =
        DownloadLock.take(cache.lock(file), () -> meter.at(Cache.sizeOf(unfinished)))) {
      fetchAlone(file, unfinished);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HubException("The download was stopped.", e);
    } catch (IOException e) {
      LOG.debugf(e, "the cache has no locks");
      Path own = unfinished.resolveSibling(UUID.randomUUID() + "." + unfinished.getFileName());
      try {
        fetchAlone(file, own);
      } finally {
        Cache.deleteQuietly(own);
      }
    }
  }

  private void fetchAlone(RemoteFile file, Path unfinished) {
    Path blob = cache.blob(file);
    if (Files.isRegularFile(blob)) {
      meter.finish(Cache.sizeOf(blob));
      return;
    }
    boolean continued = Cache.sizeOf(unfinished) > 0;
    try {
      transfer(file, unfinished);
      String fault = BlobCheck.fault(unfinished, file).orElse(null);
      if (fault != null && continued) {
        LOG.infof("%s %s: what was left of an earlier download is thrown away", file.path(), fault);
        Files.delete(unfinished);
        transfer(file, unfinished);
        fault = BlobCheck.fault(unfinished, file).orElse(null);
      }
      if (fault != null) {
        throw HubException.refusing(
            "%s is refused: what the hub sent %s.".formatted(file.path(), fault));
      }
      if (!file.namesContent()) {
        LOG.warnf(
            "%s: the hub gives no digest of it (ETag %s); only its size could be checked",
            file.path(), file.etag());
      }
      meter.finish(Cache.sizeOf(unfinished));
      Files.move(
          unfinished, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (HubException e) {
      if (e.isRefusal()) {
        Cache.deleteQuietly(unfinished);
      }
      throw e;
    } catch (IOException e) {
      throw cache.unusable(e);
    }
  }

  /** Fetches until all of the file is there. Only what the disk does wrong leaves it. */
  private void transfer(RemoteFile file, Path unfinished) throws IOException {
    Progress progress = new Progress(new Retries(config.retries(), config.retryPause().toMillis()));
    try (FileChannel out =
        FileChannel.open(unfinished, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (true) {
        long have = out.size();
        if (file.size().isPresent() && have > file.size().getAsLong()) {
          out.truncate(0);
          have = 0;
        }
        if (file.size().isPresent() && have == file.size().getAsLong()) {
          break;
        }
        try {
          receive(file, out, have, progress);
          break;
        } catch (DiskException e) {
          throw e.getCause();
        } catch (IOException e) {
          progress.patience.pause(e);
        }
      }
      out.force(true);
    } catch (IOException e) {
      if (DiskFaults.isFull(e)) {
        Cache.deleteQuietly(unfinished); // what is left of the disk is needed by others
      }
      throw e;
    }
  }

  /** One request for what is missing. */
  private void receive(RemoteFile file, FileChannel out, long have, Progress progress)
      throws IOException, DiskException {
    HubAnswer answer = Retries.checked(connection.get(repository.address(file.path()), have));
    switch (answer.status()) {
      case 200 -> copy(file, answer, out, 0, progress);
      case 206 -> {
        if (!String.valueOf(answer.header("Content-Range")).startsWith("bytes " + have + "-")) {
          startAgain(out);
          throw new IOException("it sends another part of the file than was asked for");
        }
        copy(file, answer, out, have, progress);
      }
      case 416 -> {
        startAgain(out);
        throw new IOException("it does not have the rest of the file");
      }
      default -> throw repository.refusal(answer, "file " + file.path());
    }
  }

  private void copy(
      RemoteFile file, HubAnswer answer, FileChannel out, long from, Progress progress)
      throws IOException, DiskException {
    OptionalLong size = file.size().isPresent() ? file.size() : answer.wholeSize();
    byte[] chunk = new byte[CHUNK];
    long at = from;
    try (InputStream in = answer.body()) {
      if (from == 0) {
        startAgain(out);
      }
      for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
        if (at + read > size.orElse(Long.MAX_VALUE)) {
          throw HubException.refusing(
              "%s is refused: the hub sends more than the %d bytes that it promised."
                  .formatted(file.path(), size.getAsLong()));
        }
        write(out, ByteBuffer.wrap(chunk, 0, read), at);
        at += read;
        meter.at(at);
        progress.reached(at);
      }
    }
    if (size.isPresent() && at < size.getAsLong()) {
      throw new IOException("the connection was cut");
    }
  }

  private static void write(FileChannel out, ByteBuffer bytes, long at) throws DiskException {
    try {
      for (long to = at; bytes.hasRemaining(); ) {
        to += out.write(bytes, to);
      }
    } catch (IOException e) {
      throw new DiskException(e);
    }
  }

  private static void startAgain(FileChannel out) throws DiskException {
    try {
      out.truncate(0);
    } catch (IOException e) {
      throw new DiskException(e);
    }
  }

  /**
   * How far a file has come. Only what comes beyond that counts as a success: a server that begins
   * anew each time and cuts each time would go on for ever.
   */
  private static final class Progress {
    private final Retries patience;
    private long furthest;

    Progress(Retries patience) {
      this.patience = patience;
    }

    void reached(long at) {
      if (at > furthest) {
        furthest = at;
        patience.succeeded();
      }
    }
  }

  /** The disk failed, not the network: trying again does not help. */
  private static final class DiskException extends Exception {
    private static final long serialVersionUID = 1L;

    DiskException(IOException cause) {
      super(cause);
    }

    @Override
    public synchronized IOException getCause() {
      return (IOException) super.getCause();
    }
  }
}
