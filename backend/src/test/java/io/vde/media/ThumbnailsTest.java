package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.testing.Settings;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThumbnailsTest {
  @TempDir Path data;
  private final ImageDecoder decoder = new ImageDecoder(Settings.of(MediaConfig.class));
  private Originals originals;
  private Thumbnails thumbnails;

  @BeforeEach
  void open() {
    originals = new Originals(data);
    thumbnails = new Thumbnails(data, originals, decoder);
  }

  @AfterEach
  void close() {
    decoder.close();
  }

  @ParameterizedTest
  @CsvSource({"1000,500,256,128", "500,1000,128,256", "257,1,256,1", "5000,3,256,1"})
  void theLongestSideIs256(int width, int height, int thumbWidth, int thumbHeight)
      throws Exception {
    Thumbnail.Kept thumbnail =
        thumbnail(TestImages.write(TestImages.picture(width, height), "png"));
    assertEquals("image/jpeg", thumbnail.mediaType());
    ImageInfo info = decoder.inspect(Files.readAllBytes(thumbnail.file()));
    assertEquals(ImageType.JPEG, info.type());
    assertEquals(thumbWidth, info.width());
    assertEquals(thumbHeight, info.height());
  }

  @ParameterizedTest
  @CsvSource({"png,image/png", "jpeg,image/jpeg", "gif,image/gif"})
  void aSmallImageIsItsOwnThumbnail(String format, String mediaType) {
    String sha256 = originals.put(TestImages.write(TestImages.picture(256, 10), format));
    Thumbnail.Kept thumbnail = kept(sha256);
    assertEquals(originals.path(sha256), thumbnail.file());
    assertEquals(mediaType, thumbnail.mediaType());
  }

  @Test
  void aSmallImageIsNotEnlarged() throws Exception {
    Thumbnail.Kept thumbnail = thumbnail(TestImages.write(TestImages.picture(20, 10), "bmp"));
    assertEquals("image/jpeg", thumbnail.mediaType());
    assertEquals(20, decoder.inspect(Files.readAllBytes(thumbnail.file())).width());
  }

  @Test
  void aSmallImageThatLiesOnItsSideIsTurned() throws Exception {
    byte[] plain = TestImages.write(TestImages.picture(20, 10), "jpeg");
    byte[] exif = TestImages.exif(6, ByteOrder.BIG_ENDIAN);
    Thumbnail.Kept thumbnail = thumbnail(TestImages.withSegment(plain, 0xe1, "Exif\0\0", exif));
    assertEquals(10, decoder.inspect(Files.readAllBytes(thumbnail.file())).width());
  }

  @Test
  void aThumbnailIsMadeOnceAndMadeAgainWhenLost() throws Exception {
    String sha256 = originals.put(TestImages.write(TestImages.picture(600, 300), "png"));
    Path file = kept(sha256).file();
    byte[] first = Files.readAllBytes(file);
    Files.write(file, new byte[] {1});
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(kept(sha256).file()));
    thumbnails.sweep(live -> false);
    assertFalse(Files.exists(file));
    assertArrayEquals(first, Files.readAllBytes(kept(sha256).file()));
  }

  @Test
  void aThumbnailThatCannotBeKeptIsServedAllTheSame() throws Exception {
    String sha256 = originals.put(TestImages.write(TestImages.picture(600, 300), "png"));
    // A file where its folder would be: nothing can be written there, as on a full disk.
    Path inTheWay = Files.createFile(data.resolve("thumbnails"));
    Thumbnail.Unkept unkept =
        assertInstanceOf(Thumbnail.Unkept.class, thumbnails.thumbnail(sha256));
    assertEquals("image/jpeg", unkept.mediaType());
    assertEquals(256, decoder.inspect(unkept.bytes()).width());
    Files.delete(inTheWay);
    assertArrayEquals(unkept.bytes(), Files.readAllBytes(kept(sha256).file()));
  }

  @Test
  void theSweepTakesThumbnailsOfImagesThatAreGoneAndWhatWasLeftUnfinished() throws Exception {
    String live = originals.put(TestImages.write(TestImages.picture(600, 300), "png"));
    String gone = originals.put(TestImages.write(TestImages.picture(600, 301), "png"));
    Path stays = kept(live).file();
    Path goes = kept(gone).file();
    Path left = Files.createFile(stays.resolveSibling(live + ".jpg.1.tmp"));
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(3600)));
    Path beingWritten = Files.createFile(stays.resolveSibling(live + ".jpg.2.tmp"));
    Files.setLastModifiedTime(beingWritten, FileTime.from(Instant.now().plusSeconds(3600)));
    assertEquals(2, thumbnails.sweep(live::equals));
    assertTrue(Files.exists(stays));
    assertTrue(Files.exists(beingWritten));
    assertFalse(Files.exists(goes));
    assertFalse(Files.exists(left));
  }

  @Test
  void anImportMakesItFromPixelsAtHand() throws Exception {
    byte[] image = TestImages.write(TestImages.picture(600, 300), "png");
    String sha256 = originals.put(image);
    decoder
        .decode(
            image,
            Lane.BULK,
            0,
            decoded -> {
              thumbnails.prepare(sha256, decoded);
              return true;
            })
        .get();
    assertNotEquals(originals.path(sha256), kept(sha256).file());
  }

  @Test
  void manyAskForOneAtOnce() throws Exception {
    String sha256 = originals.put(TestImages.write(TestImages.picture(2000, 1000), "png"));
    List<Future<Thumbnail>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        all.add(threads.submit(() -> thumbnails.thumbnail(sha256)));
      }
      for (Future<Thumbnail> one : all) {
        assertEquals("image/jpeg", one.get().mediaType());
      }
    }
  }

  @Test
  void aDamagedOriginalAndAMissingOneAreSaidInWords() {
    byte[] image = TestImages.write(TestImages.noise(600, 300, 1), "png");
    String sha256 = originals.put(java.util.Arrays.copyOf(image, image.length / 2));
    assertThrows(UndecodableImageException.class, () -> thumbnails.thumbnail(sha256));
    assertThrows(OriginalNotFoundException.class, () -> thumbnails.thumbnail("0".repeat(64)));
  }

  private Thumbnail.Kept thumbnail(byte[] image) {
    return kept(originals.put(image));
  }

  private Thumbnail.Kept kept(String sha256) {
    return assertInstanceOf(Thumbnail.Kept.class, thumbnails.thumbnail(sha256));
  }
}
