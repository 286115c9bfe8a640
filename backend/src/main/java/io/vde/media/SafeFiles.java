package io.vde.media;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Files that are either whole or not there: written under another name, forced to the disk,
 * renamed.
 */
final class SafeFiles {
  private static final String UNFINISHED = ".tmp";

  private SafeFiles() {}

  /** Writes bytes beside their final place, not yet forced to the disk. */
  static Path writeUnfinished(Path target, byte[] bytes) {
    Path file = unfinished(target);
    try {
      Files.createDirectories(target.getParent());
      try (FileChannel out =
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          out.write(left);
        }
      }
      return file;
    } catch (IOException e) {
      deleteQuietly(file);
      throw explained(e, target);
    }
  }

  /** Copies a file beside its final place, not yet forced to the disk. */
  static Path copyUnfinished(Path target, Path source) {
    Path file = unfinished(target);
    try {
      Files.createDirectories(target.getParent());
      return Files.copy(source, file);
    } catch (IOException e) {
      deleteQuietly(file);
      throw explained(e, target);
    }
  }

  private static Path unfinished(Path target) {
    return target.resolveSibling(target.getFileName() + "." + UUID.randomUUID() + UNFINISHED);
  }

  /** Forces a file's bytes to the disk. */
  static void force(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    } catch (IOException e) {
      throw explained(e, file);
    }
  }

  /** Forces a folder's names to the disk, on systems that can. */
  static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows does not open folders, and makes its names durable by itself.
      if (!System.getProperty("os.name").startsWith("Windows")) {
        throw explained(e, folder);
      }
    }
  }

  /** Gives an unfinished file its final name. */
  static void finish(Path unfinished, Path target) {
    try {
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw explained(e, target);
    }
  }

  static boolean isUnfinished(Path file) {
    return file.getFileName().toString().endsWith(UNFINISHED);
  }

  /** Whether a file was last written before then; false when it is gone. */
  static boolean isOlder(Path file, Instant then) {
    try {
      return Files.getLastModifiedTime(file).toInstant().isBefore(then);
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw explained(e, file);
    }
  }

  /** The files below a folder; none when there is no such folder. */
  static List<Path> below(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw explained(e, folder);
    } catch (UncheckedIOException e) {
      throw explained(e.getCause(), folder);
    }
  }

  static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // An unfinished file that stays is swept at the next start.
    }
  }

  /** A {@link DiskFullException} when that is what happened, which the JDK says in words only. */
  static RuntimeException explained(IOException e, Path near) {
    return DiskFullException.isMeantBy(e) || noRoom(near)
        ? new DiskFullException(e)
        : new UncheckedIOException(e);
  }

  private static boolean noRoom(Path near) {
    try {
      Path folder = near;
      while (folder != null && !Files.exists(folder)) {
        folder = folder.getParent();
      }
      return folder != null && Files.getFileStore(folder).getUsableSpace() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
