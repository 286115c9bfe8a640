package io.vde.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.hub.Cache.Placing;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a blob gets its place in a snapshot, where the file system allows less. */
class CacheTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final RemoteFile FILE =
      new RemoteFile("onnx/model.onnx", "a".repeat(40), OptionalLong.of(5));
  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  /** What Windows says to whoever may not make links. */
  private static final Placing REFUSED =
      (name, _) -> {
        throw new FileSystemException(name.toString(), null, "A required privilege is not held");
      };

  private static final Placing UNKNOWN =
      (_, _) -> {
        throw new UnsupportedOperationException();
      };

  @TempDir Path home;

  @Test
  void aSymbolicLinkIsTheFirstChoice() throws IOException {
    Path placed = placed(Cache.WAYS);
    assertEquals(Path.of("../../../blobs/" + FILE.etag()), Files.readSymbolicLink(placed));
  }

  @Test
  void aHardLinkTakesItsPlaceWhereThatIsRefused() throws IOException {
    Path placed = placed(List.of(REFUSED, Cache.WAYS.get(1), Cache.WAYS.get(2)));
    assertFalse(Files.isSymbolicLink(placed));
    assertTrue(Files.isSameFile(blob(), placed));
  }

  @Test
  void aCopyDoesWhereNoLinkIsPossible() throws IOException {
    Path placed = placed(List.of(UNKNOWN, REFUSED, Cache.WAYS.get(2)));
    assertFalse(Files.isSameFile(blob(), placed));
    assertArrayEquals(CONTENT, Files.readAllBytes(placed));
  }

  @Test
  void whereNothingIsPossibleItIsSaidAndNothingIsLeft() throws IOException {
    List<Placing> none = List.of(UNKNOWN, REFUSED);
    assertThrows(HubException.class, () -> placed(none));
    try (Stream<Path> files = Files.walk(home)) {
      assertEquals(1, files.filter(Files::isRegularFile).count(), "the blob alone");
    }
  }

  private Path placed(List<Placing> ways) throws IOException {
    Cache cache = new Cache(home, "owner/name", ways);
    cache.prepare();
    Files.write(blob(), CONTENT);
    cache.place(FILE, COMMIT);
    assertArrayEquals(CONTENT, Files.readAllBytes(cache.file(COMMIT, FILE.path()).orElseThrow()));
    return cache.snapshot(COMMIT).resolve(FILE.path());
  }

  private Path blob() {
    return home.resolve("models--owner--name/blobs").resolve(FILE.etag());
  }
}
