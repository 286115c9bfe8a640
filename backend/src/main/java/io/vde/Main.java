package io.vde;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Starts the service once it is clear that it can run: what would end it a moment later is said in
 * one line instead.
 */
@QuarkusMain
public final class Main {
  private static final int CANNOT_START = 1;

  /** What of the data folder must be written, for as long as it is there. */
  private static final List<String> WRITTEN =
      List.of("datasets", "images", "sessions.db", "sessions.db-wal", "thumbnails", "uploads");

  // Held until the process ends: a data folder has one owner at a time.
  private static FileLock dataLock;

  private Main() {}

  /** Starts the service. */
  public static void main(String... args) {
    Config config = ConfigProvider.getConfig();
    try {
      takeDataFolder(Path.of(config.getValue("vde.data-dir", String.class)).toAbsolutePath());
      checkPort(
          config.getValue("quarkus.http.host", String.class),
          config.getValue("quarkus.http.port", Integer.class));
    } catch (CannotStartException e) {
      System.err.println("Cannot start: " + e.getMessage());
      System.exit(CANNOT_START);
    }
    Quarkus.run(args);
  }

  private static void takeDataFolder(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      dataLock = channel.tryLock();
      for (String part : WRITTEN) {
        checkWritable(folder.resolve(part));
      }
    } catch (OverlappingFileLockException e) {
      dataLock = null;
    } catch (IOException e) {
      throw new CannotStartException(
          "the data folder %s cannot be written (%s); set vde.data-dir to another"
              .formatted(folder, e.getClass().getSimpleName()));
    }
    if (dataLock == null) {
      throw new CannotStartException(
          "the data folder %s is in use by another process; stop it, or set vde.data-dir to another"
              .formatted(folder));
    }
  }

  /** Whether it may be written, and what lies in it; what is not there yet is made. */
  private static void checkWritable(Path part) throws IOException {
    if (!Files.exists(part)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(part, 1)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!Files.isWritable(path)) {
          throw new CannotStartException(
              "%s, a part of the data folder, cannot be written; allow it, or set vde.data-dir to another"
                  .formatted(path));
        }
      }
    }
  }

  private static void checkPort(String host, int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (BindException e) {
      throw new CannotStartException(
          "port %d of %s cannot be used (%s); set quarkus.http.port to another"
              .formatted(port, host, e.getMessage()));
    } catch (IOException e) {
      throw new CannotStartException(
          "the address %s cannot be used; set quarkus.http.host to another".formatted(host));
    }
  }

  /** A reason for not starting, in words. */
  private static final class CannotStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CannotStartException(String message) {
      super(message);
    }
  }
}
