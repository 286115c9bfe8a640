package io.vde.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A file system in memory, of a size that can be filled. Root mounts it, and who may be root by
 * sudo without a password; elsewhere the test is left out, loudly, or fails with REQUIRE_MOUNT=1.
 */
public final class SmallDisk implements AutoCloseable {
  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /**
   * Mounts one.
   *
   * @param folder is made
   * @param options of tmpfs: {@code size=1m}, {@code ro}
   */
  public static SmallDisk mount(Path folder, String options) throws IOException {
    Files.createDirectories(folder);
    boolean mounted = asRoot("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString());
    if (!mounted) {
      String why = "a file system cannot be mounted here";
      if ("1".equals(System.getenv("REQUIRE_MOUNT"))) {
        throw new AssertionError("REQUIRE_MOUNT=1, but " + why);
      }
      System.err.println("A test of a full disk or a read-only one is LEFT OUT: " + why);
      assumeTrue(false, why);
    }
    return new SmallDisk(folder);
  }

  /** Changes its size. */
  public void resize(String size) {
    assertTrue(asRoot("mount", "-o", "remount,size=" + size, folder.toString()));
  }

  @Override
  public void close() {
    asRoot("umount", folder.toString());
  }

  private static boolean asRoot(String... command) {
    return run(List.of(command)) || run(prefixed(command));
  }

  private static List<String> prefixed(String... command) {
    List<String> whole = new ArrayList<>(List.of("sudo", "-n"));
    whole.addAll(List.of(command));
    return whole;
  }

  private static boolean run(List<String> command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .onExit()
              .join()
              .exitValue()
          == 0;
    } catch (IOException e) {
      return false; // there is no such command
    }
  }
}
