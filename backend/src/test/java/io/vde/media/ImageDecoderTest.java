package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.testing.Patience;
import io.vde.testing.Settings;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);
  private final ImageDecoder decoder = new ImageDecoder(Settings.of(MediaConfig.class));

  @AfterEach
  void close() {
    decoder.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp"})
  void losslessFormatsGiveBackTheirPixels(String format) throws Exception {
    BufferedImage image = TestImages.noise(37, 23, SEED);
    Decoded decoded = decode(TestImages.write(image, format));
    assertEquals(ImageType.valueOf(format.toUpperCase(java.util.Locale.ROOT)), decoded.type());
    assertSame(image, decoded.pixels());
  }

  @Test
  void greyKeepsItsValues() throws Exception {
    byte[] values = new byte[256];
    for (int i = 0; i < 256; i++) {
      values[i] = (byte) i;
    }
    Pixels pixels = decode(TestImages.png(256, 1, 8, 0, values)).pixels();
    for (int i = 0; i < 256; i++) {
      assertEquals(i, pixels.rgb()[3 * i] & 0xff);
      assertEquals(i, pixels.rgb()[3 * i + 2] & 0xff);
    }
  }

  @Test
  void sixteenBitsLoseTheirLowerHalf() throws Exception {
    byte[] samples = {0x12, (byte) 0xff, (byte) 0xab, 0, (byte) 0xff, (byte) 0xff};
    assertArrayEquals(
        new byte[] {0x12, (byte) 0xab, (byte) 0xff},
        decode(TestImages.png(1, 1, 16, 2, samples)).pixels().rgb());
    assertArrayEquals(
        new byte[] {0x12, 0x12, 0x12},
        decode(TestImages.png(1, 1, 16, 0, new byte[] {0x12, (byte) 0xff})).pixels().rgb());
  }

  @Test
  void fewBitsOfGreyAreSpread() throws Exception {
    byte[] rgb = decode(TestImages.png(4, 1, 2, 0, new byte[] {0b00_01_10_11})).pixels().rgb();
    assertArrayEquals(
        new byte[] {0, 0, 0, 85, 85, 85, (byte) 170, (byte) 170, (byte) 170, -1, -1, -1}, rgb);
  }

  @Test
  void alphaIsLaidOnWhite() throws Exception {
    byte[] rgba = {10, 20, 30, 0, 10, 20, 30, (byte) 255, 0, 0, 0, (byte) 128};
    assertArrayEquals(
        new byte[] {-1, -1, -1, 10, 20, 30, 127, 127, 127},
        decode(TestImages.png(3, 1, 8, 6, rgba)).pixels().rgb());
    assertArrayEquals(
        new byte[] {-1, -1, -1, 9, 9, 9},
        decode(TestImages.png(2, 1, 8, 4, new byte[] {9, 0, 9, (byte) 255})).pixels().rgb());
  }

  @Test
  void aTransparentPaletteColourIsWhite() throws Exception {
    byte[] palette = TestImages.chunk("PLTE", new byte[] {1, 2, 3, 4, 5, 6});
    byte[] transparent = TestImages.chunk("tRNS", new byte[] {0});
    assertArrayEquals(
        new byte[] {-1, -1, -1, 4, 5, 6},
        decode(TestImages.png(2, 1, 8, 3, new byte[] {0, 1}, palette, transparent)).pixels().rgb());
  }

  @Test
  void aTransparentColourIsWhite() throws Exception {
    byte[] transparent = TestImages.chunk("tRNS", new byte[] {0, 1, 0, 2, 0, 3});
    assertArrayEquals(
        new byte[] {-1, -1, -1, 4, 5, 6},
        decode(TestImages.png(2, 1, 8, 2, new byte[] {1, 2, 3, 4, 5, 6}, transparent))
            .pixels()
            .rgb());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void allOrientationsComeUpright(int orientation) throws Exception {
    // Where the stored corner (0, 0), coloured, is seen: Exif 2.32, table of the Orientation tag.
    BufferedImage image = new BufferedImage(48, 32, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        image.setRGB(x, y, 0xff0000);
        image.setRGB(47 - x, y, 0x00ff00);
      }
    }
    byte[] plain = TestImages.write(image, "jpeg");
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      byte[] exif = TestImages.exif(orientation, order);
      byte[] jpeg = TestImages.withSegment(plain, 0xe1, "Exif\0\0", exif);
      assertCorners(orientation, decode(jpeg).pixels());
      ImageInfo info = decoder.inspect(jpeg);
      assertEquals(orientation >= 5 ? 32 : 48, info.width());
      assertEquals(orientation >= 5 ? 48 : 32, info.height());
    }
    byte[] exif = TestImages.chunk("eXIf", TestImages.exif(orientation, ByteOrder.BIG_ENDIAN));
    byte[] png = TestImages.png(48, 32, 8, 2, RasterPixels.of(image).rgb(), exif);
    assertCorners(orientation, decode(png).pixels());
  }

  private static void assertCorners(int orientation, Pixels pixels) {
    int right = pixels.width() - 1;
    int bottom = pixels.height() - 1;
    int[][] red = {
      {0, 0},
      {right, 0},
      {right, bottom},
      {0, bottom},
      {0, 0},
      {right, 0},
      {right, bottom},
      {0, bottom}
    };
    int[][] green = {
      {right, 0},
      {0, 0},
      {0, bottom},
      {right, bottom},
      {0, bottom},
      {right, bottom},
      {right, 0},
      {0, 0}
    };
    assertTrue(channel(pixels, red[orientation - 1], 0) > 200, "red of " + orientation);
    assertTrue(channel(pixels, green[orientation - 1], 1) > 200, "green of " + orientation);
    assertTrue(channel(pixels, green[orientation - 1], 0) < 60, "no red of " + orientation);
  }

  private static int channel(Pixels pixels, int[] at, int channel) {
    return pixels.rgb()[3 * (at[1] * pixels.width() + at[0]) + channel] & 0xff;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 13, 14, 18, 19})
  void brokenExifIsIgnored(int length) throws Exception {
    byte[] exif = Arrays.copyOf(TestImages.exif(6, ByteOrder.BIG_ENDIAN), length);
    byte[] jpeg =
        TestImages.withSegment(
            TestImages.write(TestImages.picture(30, 20), "jpeg"), 0xe1, "Exif\0\0", exif);
    assertEquals(30, decode(jpeg).pixels().width());
  }

  @Test
  void aColourProfileInAJpegChangesNothing() throws Exception {
    byte[] plain = TestImages.write(TestImages.picture(64, 48), "jpeg");
    byte[] profile =
        java.awt.color.ICC_Profile.getInstance(java.awt.color.ColorSpace.CS_LINEAR_RGB).getData();
    byte[] withProfile = TestImages.withSegment(plain, 0xe2, "ICC_PROFILE\0\1\1", profile);
    assertArrayEquals(decode(plain).pixels().rgb(), decode(withProfile).pixels().rgb());
  }

  @Test
  void cmykBecomesRgb() throws Exception {
    // Stored the way Adobe does: 255 is no ink.
    int[][] inks = {{255, 255, 255, 255}, {0, 255, 255, 255}, {255, 255, 255, 0}};
    int[][] seen = {{255, 255, 255}, {0, 255, 255}, {0, 0, 0}};
    for (int i = 0; i < inks.length; i++) {
      byte[] rgb = decode(TestImages.cmyk(16, 16, inks[i])).pixels().rgb();
      for (int channel = 0; channel < 3; channel++) {
        assertEquals(seen[i][channel], rgb[channel] & 0xff, 2, "ink " + i);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
        "UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAwA0JaQAA3AA/vuUAAA="
      })
  void stillWebpIsRead(String base64) throws Exception {
    Decoded decoded = decode(java.util.Base64.getDecoder().decode(base64));
    assertEquals(ImageType.WEBP, decoded.type());
    assertEquals(1, decoded.pixels().width());
    assertEquals(1, decoded.pixels().height());
  }

  @Test
  void anAnimatedGifGivesItsFirstPictureOnItsWholeScreen() throws Exception {
    byte[] gif = TestImages.write(TestImages.noise(4, 3, SEED), "gif");
    Decoded still = decode(gif);
    // A larger screen, with the picture moved in it by 2 and 1.
    byte[] moved = gif.clone();
    moved[6] = 10;
    moved[8] = 7;
    int descriptor = 13 + (3 << ((gif[10] & 7) + 1));
    while (gif[descriptor] != 0x2c) {
      descriptor++;
    }
    moved[descriptor + 1] = 2;
    moved[descriptor + 3] = 1;
    // The same picture once more makes an animation.
    byte[] second = Arrays.copyOfRange(moved, descriptor, moved.length);
    byte[] animated = Arrays.copyOf(moved, moved.length - 1 + second.length);
    System.arraycopy(second, 0, animated, moved.length - 1, second.length);
    Pixels pixels = decode(animated).pixels();
    assertEquals(10, pixels.width());
    assertEquals(7, pixels.height());
    assertEquals(255, pixels.rgb()[0] & 0xff);
    assertArrayEquals(
        Arrays.copyOfRange(still.pixels().rgb(), 0, 12),
        Arrays.copyOfRange(pixels.rgb(), 3 * (10 + 2), 3 * (10 + 2) + 12));
  }

  @Test
  void onePixelIsAnImage() throws Exception {
    for (String format : List.of("png", "jpeg", "gif", "bmp")) {
      Pixels pixels = decode(TestImages.write(TestImages.picture(1, 1), format)).pixels();
      assertEquals(1, pixels.width() * pixels.height(), format);
    }
  }

  @Test
  void aHugeImageIsRefusedByItsHeader() {
    byte[] bomb = TestImages.png(20_000, 20_000, 8, 2, new byte[20_000]);
    assertInstanceOf(ImageTooLargeException.class, failure(bomb));
    assertThrows(ImageTooLargeException.class, () -> decoder.inspect(bomb));
    byte[] gif = TestImages.write(TestImages.picture(2, 2), "gif");
    ByteBuffer.wrap(gif)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(6, (short) 20_000)
        .putShort(8, (short) 20_000);
    assertInstanceOf(ImageTooLargeException.class, failure(gif));
    byte[] bmp = TestImages.write(TestImages.picture(2, 2), "bmp");
    ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).putInt(18, 20_000).putInt(22, -20_000);
    assertInstanceOf(ImageTooLargeException.class, failure(bmp));
    byte[] jpeg = TestImages.write(TestImages.picture(2, 2), "jpeg");
    for (int i = 2; i < jpeg.length - 9; i++) {
      if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == 0xc0) {
        ByteBuffer.wrap(jpeg).putShort(i + 5, (short) 20_000).putShort(i + 7, (short) 20_000);
      }
    }
    assertInstanceOf(ImageTooLargeException.class, failure(jpeg));
  }

  @Test
  void aLineOfAHundredMillionPixelsIsRefusedByItsHeader() {
    for (int[] sides : new int[][] {{65_536, 1}, {1, 65_536}, {100_000_000, 1}}) {
      byte[] line = TestImages.png(sides[0], sides[1], 8, 0, new byte[sides[1]]);
      Throwable failure = failure(line);
      assertInstanceOf(ImageTooLargeException.class, failure);
      assertTrue(failure.getMessage().contains("65535 of a side"), failure.getMessage());
    }
  }

  @Test
  void theLongestImageThatIsReadBecomesAThumbnailInLittleMemory() throws Exception {
    for (int[] sides : new int[][] {{65_535, 1}, {1, 65_535}}) {
      byte[] line = TestImages.png(sides[0], sides[1], 8, 0, new byte[sides[0] * sides[1]]);
      assertTrue(Thumbnails.render(decode(line).pixels()).length > 0);
      assertEquals(
          224, PillowResize.resize(decode(line).pixels(), 224, 224, ResizeFilter.BICUBIC).width());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "false"})
  void aJpegOfVeryManyScansIsRefusedByEveryDecoder(String natives) throws Exception {
    ImageDecoder one =
        new ImageDecoder(Settings.of(MediaConfig.class, "vde.media.native-codecs", natives));
    try {
      assertEquals(8, one.decode(TestImages.progressive(480), Lane.BULK).join().pixels().width());
      Throwable failure = failure(one.decode(TestImages.progressive(510), Lane.BULK));
      assertInstanceOf(UndecodableImageException.class, failure);
      assertTrue(failure.getMessage().contains("500 scans"), failure.getMessage());
    } finally {
      one.close();
    }
  }

  @Test
  void aFileOfTooManyBytesIsRefusedUnread(@TempDir Path folder) throws Exception {
    ImageDecoder small =
        new ImageDecoder(Settings.of(MediaConfig.class, "vde.media.max-bytes", "100"));
    byte[] image = TestImages.write(TestImages.noise(20, 20, SEED), "png");
    Path file = Files.write(folder.resolve("image"), image);
    assertInstanceOf(ImageTooLargeException.class, failure(small.decode(image, Lane.INTERACTIVE)));
    assertInstanceOf(ImageTooLargeException.class, failure(small.decode(file, Lane.INTERACTIVE)));
    small.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<!doctype html><title>x</title>",
        "%PDF-1.7",
        "hello",
        "\u0000\u0000\u0000\u0020ftypavif",
        "II*\u0000\u0008\u0000\u0000\u0000"
      })
  void whatIsNoImageIsUnsupported(String text) {
    assertInstanceOf(
        UnsupportedImageException.class, failure(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void nothingIsUndecodable() {
    assertInstanceOf(UndecodableImageException.class, failure(new byte[0]));
  }

  @Test
  void anAnimatedWebpWithoutAPictureIsDamaged() {
    ByteBuffer webp = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    webp.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(22);
    webp.put("WEBPVP8X".getBytes(StandardCharsets.US_ASCII)).putInt(10).put((byte) 2);
    assertInstanceOf(UndecodableImageException.class, failure(webp.array()));
  }

  @Test
  void aLargeJpegIsDecodedSmallerButNeverBelowTwiceTheTarget() throws Exception {
    Assumptions.assumeTrue(NativeCodecs.isHere(ImageType.JPEG), "libjpeg-turbo is not here");
    byte[] jpeg = TestImages.write(TestImages.picture(1801, 1203), "jpeg");
    assertEquals(301, shorterEdge(decoder, jpeg, 150));
    assertEquals(602, shorterEdge(decoder, jpeg, 151));
    assertEquals(1203, shorterEdge(decoder, jpeg, 302));
    assertEquals(1203, shorterEdge(decoder, jpeg, 0));
    ImageDecoder whole =
        new ImageDecoder(Settings.of(MediaConfig.class, "vde.media.jpeg-scaling", "false"));
    try {
      assertEquals(1203, shorterEdge(whole, jpeg, 150));
      Pixels small =
          PillowResize.resize(pixels(decoder, jpeg, 150), 224, 150, ResizeFilter.BICUBIC);
      Pixels large = PillowResize.resize(pixels(whole, jpeg, 150), 224, 150, ResizeFilter.BICUBIC);
      int difference = 0;
      for (int i = 0; i < small.rgb().length; i++) {
        difference =
            Math.max(difference, Math.abs((small.rgb()[i] & 0xff) - (large.rgb()[i] & 0xff)));
      }
      assertTrue(difference <= 3, "differs by " + difference);
    } finally {
      whole.close();
    }
  }

  private static int shorterEdge(ImageDecoder decoder, byte[] jpeg, int target) {
    Pixels pixels = pixels(decoder, jpeg, target);
    return Math.min(pixels.width(), pixels.height());
  }

  private static Pixels pixels(ImageDecoder decoder, byte[] jpeg, int target) {
    return decoder
        .decode(
            jpeg,
            Lane.BULK,
            target,
            decoded -> {
              assertEquals(1801, decoded.width());
              assertEquals(1203, decoded.height());
              return decoded.pixels();
            })
        .join();
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp"})
  void everyTruncatedFileFailsInWords(String format) {
    byte[] whole = TestImages.write(TestImages.noise(40, 30, SEED), format);
    for (int cut : cuts(whole.length)) {
      Throwable failure = failure(Arrays.copyOf(whole, cut));
      assertInstanceOf(MediaException.class, failure, format + " cut to " + cut);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp"})
  void damagedFilesFailInWordsOrGivePixels(String format) {
    Random random = new Random(SEED);
    byte[] whole = TestImages.write(TestImages.noise(40, 30, SEED), format);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      for (int n = 0; n < 1 + i % 5; n++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        decoder.decode(damaged, Lane.BULK).get(Patience.SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        assertInstanceOf(MediaException.class, e.getCause(), "seed " + SEED + ", " + format);
      } catch (Exception e) {
        throw new AssertionError("seed " + SEED + ", file " + i, e);
      }
    }
  }

  @Test
  void aDamagedPngIsNoticedByItsChecksum() {
    byte[] png = TestImages.write(TestImages.noise(40, 30, SEED), "png");
    png[png.length / 2] ^= 1;
    assertInstanceOf(UndecodableImageException.class, failure(png));
  }

  @Test
  void interactiveWorkGoesBeforeBulk() throws Exception {
    ImageDecoder one =
        new ImageDecoder(Settings.of(MediaConfig.class, "vde.media.decode-threads", "1"));
    byte[] image = TestImages.write(TestImages.picture(2, 2), "png");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    List<Lane> order = java.util.Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<?>> all = new ArrayList<>();
    all.add(one.decode(image, Lane.BULK, 0, decoded -> block(begun, go)));
    begun.await();
    for (Lane lane : List.of(Lane.BULK, Lane.INTERACTIVE, Lane.BULK, Lane.INTERACTIVE)) {
      all.add(one.decode(image, lane, 0, decoded -> order.add(lane)));
    }
    go.countDown();
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
        .get(Patience.SECONDS, TimeUnit.SECONDS);
    assertEquals(List.of(Lane.INTERACTIVE, Lane.INTERACTIVE, Lane.BULK, Lane.BULK), order);
    one.close();
  }

  @Test
  void aFullQueueTurnsAwayAndACancelledImageMakesRoom() throws Exception {
    ImageDecoder one =
        new ImageDecoder(
            Settings.of(
                MediaConfig.class, "vde.media.decode-threads", "1", "vde.media.decode-queue", "2"));
    byte[] image = TestImages.write(TestImages.picture(2, 2), "png");
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<?> running = one.decode(image, Lane.BULK, 0, decoded -> block(begun, go));
    begun.await();
    CompletableFuture<Decoded> first = one.decode(image, Lane.BULK);
    CompletableFuture<Decoded> second = one.decode(image, Lane.BULK);
    assertInstanceOf(RejectedExecutionException.class, failure(one.decode(image, Lane.BULK)));
    first.cancel(false);
    CompletableFuture<Decoded> third = one.decode(image, Lane.BULK);
    assertInstanceOf(RejectedExecutionException.class, failure(one.decode(image, Lane.BULK)));
    go.countDown();
    running.get(Patience.SECONDS, TimeUnit.SECONDS);
    second.get(Patience.SECONDS, TimeUnit.SECONDS);
    third.get(Patience.SECONDS, TimeUnit.SECONDS);
    one.close();
  }

  @Test
  void decodedPixelsNeverExceedTheirBudget() throws Exception {
    // Room for one image of 500 x 500 at a time, though four threads want to decode.
    ImageDecoder tight =
        new ImageDecoder(
            Settings.of(
                MediaConfig.class,
                "vde.media.decode-threads",
                "4",
                "vde.media.decode-memory",
                "2000000"));
    byte[] image = TestImages.write(TestImages.picture(500, 500), "png");
    AtomicInteger inside = new AtomicInteger();
    List<CompletableFuture<Integer>> all = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      all.add(
          tight.decode(
              image,
              Lane.BULK,
              0,
              decoded -> {
                int now = inside.incrementAndGet();
                Thread.yield();
                inside.decrementAndGet();
                return now;
              }));
    }
    for (CompletableFuture<Integer> one : all) {
      assertEquals(1, one.get(Patience.SECONDS, TimeUnit.SECONDS));
    }
    byte[] larger = TestImages.write(TestImages.picture(700, 700), "png");
    assertInstanceOf(ImageTooLargeException.class, failure(tight.decode(larger, Lane.BULK)));
    tight.close();
  }

  private static boolean block(CountDownLatch begun, CountDownLatch go) {
    begun.countDown();
    try {
      return go.await(Patience.SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static int[] cuts(int length) {
    return new int[] {
      1, 5, 12, 20, 30, 40, length / 4, length / 2, 3 * length / 4, length - 200, length - 20
    };
  }

  private Decoded decode(byte[] bytes) throws Exception {
    return decoder.decode(bytes, Lane.INTERACTIVE).get(Patience.SECONDS, TimeUnit.SECONDS);
  }

  private Throwable failure(byte[] bytes) {
    return failure(decoder.decode(bytes, Lane.INTERACTIVE));
  }

  private static Throwable failure(CompletableFuture<?> future) {
    return assertThrows(
            ExecutionException.class, () -> future.get(Patience.SECONDS, TimeUnit.SECONDS))
        .getCause();
  }

  private static void assertSame(BufferedImage expected, Pixels pixels) {
    assertEquals(expected.getWidth(), pixels.width());
    assertEquals(expected.getHeight(), pixels.height());
    for (int i = 0; i < pixels.width() * pixels.height(); i++) {
      int rgb = expected.getRGB(i % pixels.width(), i / pixels.width());
      assertEquals((byte) (rgb >> 16), pixels.rgb()[3 * i]);
      assertEquals((byte) (rgb >> 8), pixels.rgb()[3 * i + 1]);
      assertEquals((byte) rgb, pixels.rgb()[3 * i + 2]);
    }
  }
}
