package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginalsTest {
  @TempDir Path data;
  private Originals originals;

  @BeforeEach
  void open() {
    originals = new Originals(data);
  }

  @Test
  void bytesComeBackAsTheyWere() throws Exception {
    String sha256 = originals.put(bytes("hello"));
    assertEquals("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", sha256);
    assertArrayEquals(bytes("hello"), Files.readAllBytes(originals.path(sha256)));
    assertTrue(originals.contains(sha256));
    assertArrayEquals(
        bytes("hello"), Files.readAllBytes(new Originals(data).path(sha256)), "after a restart");
  }

  @Test
  void theSameBytesAreKeptOnce() throws Exception {
    try (Originals.Batch batch = originals.batch()) {
      assertEquals(batch.add(bytes("a")), batch.add(bytes("a")));
      batch.sync();
    }
    originals.put(bytes("a"));
    assertEquals(1, files().size());
  }

  @Test
  void aFileIsCopiedAndStaysWhereItIs() throws Exception {
    Path file = Files.write(data.resolve("upload"), bytes("hello"));
    String sha256 = Originals.digest(bytes("hello"));
    try (Originals.Batch batch = originals.batch()) {
      batch.add(sha256, file);
      batch.sync();
    }
    assertArrayEquals(bytes("hello"), Files.readAllBytes(originals.path(sha256)));
    assertTrue(Files.exists(file));
  }

  @Test
  void whatWasNotSyncedLeavesNothing() throws Exception {
    try (Originals.Batch batch = originals.batch()) {
      String sha256 = batch.add(bytes("a"));
      assertFalse(originals.contains(sha256));
    }
    assertEquals(List.of(), files());
  }

  @Test
  void whatIsNotKeptIsNotFound() {
    for (String name : List.of("0".repeat(64), "../../etc/passwd", "", "A".repeat(64))) {
      assertThrows(OriginalNotFoundException.class, () -> originals.path(name), name);
      assertFalse(originals.contains(name));
    }
  }

  @Test
  void aDeletedImageIsGone() {
    String sha256 = originals.put(bytes("a"));
    assertTrue(originals.delete(sha256));
    assertFalse(originals.contains(sha256));
    assertFalse(originals.delete(sha256));
  }

  @Test
  void anOpenBatchProtectsItsFilesFromDeletion() {
    try (Originals.Batch batch = originals.batch()) {
      String sha256 = batch.add(bytes("a"));
      batch.sync();
      assertFalse(originals.delete(sha256));
      assertTrue(originals.contains(sha256));
    }
  }

  @Test
  void theSweepTakesOrphansAndLeftoversOnly() throws Exception {
    String live = originals.put(bytes("live"));
    String orphan = originals.put(bytes("orphan"));
    Path leftover = originals.path(live).resolveSibling("f".repeat(64) + ".x.tmp");
    Files.write(leftover, bytes("half"));

    Originals restarted = new Originals(data);
    String fresh = restarted.put(bytes("uploaded while the records were being read"));
    String again = restarted.put(bytes("orphan"));
    assertEquals(orphan, again);
    String other = bytesOfAnOrphan();
    assertEquals(2, restarted.sweep(Set.of(live)::contains));
    assertTrue(restarted.contains(live));
    assertTrue(restarted.contains(fresh), "newer than the sweep's knowledge");
    assertTrue(restarted.contains(again), "kept anew");
    assertFalse(restarted.contains(other));
    assertFalse(Files.exists(leftover));
  }

  private String bytesOfAnOrphan() {
    return new Originals(data).put(bytes("another orphan"));
  }

  @Test
  void manyWritersAndASweepLoseNothing() throws Exception {
    Set<String> kept = new HashSet<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<String>> puts =
          IntStream.range(0, 64)
              .<Callable<String>>mapToObj(i -> () -> originals.put(bytes("image " + i % 40)))
              .toList();
      Future<Integer> sweep = threads.submit(() -> originals.sweep(sha256 -> false));
      for (Future<String> put : threads.invokeAll(puts)) {
        kept.add(put.get());
      }
      assertEquals(0, sweep.get());
    }
    assertEquals(40, kept.size());
    assertTrue(kept.stream().allMatch(originals::contains));
    assertEquals(40, files().size());
  }

  @Test
  void aFullDiskIsSaidInWords() {
    assertInstanceOf(
        DiskFullException.class,
        SafeFiles.explained(
            new FileSystemException("image", null, "No space left on device"), data));
    assertInstanceOf(
        DiskFullException.class, SafeFiles.explained(new IOException("Disk quota exceeded"), data));
    assertFalse(
        SafeFiles.explained(new IOException("Permission denied"), data)
            instanceof DiskFullException);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
