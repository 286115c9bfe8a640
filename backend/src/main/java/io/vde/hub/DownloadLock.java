package io.vde.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One download of a blob at a time, among all threads and processes of this program on a machine.
 *
 * <p>The lock is the operating system's on a file (POSIX record locks), so it ends with its
 * process. Python's filelock takes another kind (flock), which does not see this one: both may
 * fetch the same blob at the same time, each under a name of its own, and the last rename wins with
 * the same content.
 */
final class DownloadLock implements AutoCloseable {
  /** A process has at most one channel on a lock file: closing any would give up the lock. */
  private static final Map<Path, ReentrantLock> WITHIN = new ConcurrentHashMap<>();

  private static final long POLL_MILLIS = 200;

  private final ReentrantLock within;
  private final FileChannel channel;

  private DownloadLock(ReentrantLock within, FileChannel channel) {
    this.within = within;
    this.channel = channel;
  }

  /**
   * Waits for the lock.
   *
   * @param waiting told now and then while another has it
   * @throws IOException when the file system has no locks
   */
  static DownloadLock take(Path file, Runnable waiting) throws IOException, InterruptedException {
    ReentrantLock within =
        WITHIN.computeIfAbsent(file.toAbsolutePath(), any -> new ReentrantLock());
    while (!within.tryLock(POLL_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)) {
      waiting.run();
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      for (FileLock lock = channel.tryLock(); lock == null; lock = channel.tryLock()) {
        waiting.run();
        Thread.sleep(POLL_MILLIS);
      }
      return new DownloadLock(within, channel);
    } catch (IOException | InterruptedException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      within.unlock();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    try {
      channel.close();
    } finally {
      within.unlock();
    }
  }
}
