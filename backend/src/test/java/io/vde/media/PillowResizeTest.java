package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PillowResizeTest {
  private static final long SEED = Long.getLong("test.seed", 20261124);

  @ParameterizedTest
  @EnumSource(ResizeFilter.class)
  void equalsPillowsOwnStepsOnRandomSizesAndCrops(ResizeFilter filter) {
    Random random = new Random(SEED);
    for (int i = 0; i < 150; i++) {
      Pixels source = noise(random, 1 + random.nextInt(90), 1 + random.nextInt(90));
      int width = 1 + random.nextInt(random.nextBoolean() ? 40 : 200);
      int height = 1 + random.nextInt(random.nextBoolean() ? 40 : 200);
      int partWidth = 1 + random.nextInt(width);
      int partHeight = 1 + random.nextInt(height);
      int left = random.nextInt(width - partWidth + 1);
      int top = random.nextInt(height - partHeight + 1);
      byte[] whole = transcription(source, width, height, filter);
      for (RowPass pass : RowPasses.here()) {
        Pixels part =
            PillowResize.resize(
                source, width, height, left, top, partWidth, partHeight, filter, pass);
        for (int y = 0; y < partHeight; y++) {
          int from = 3 * ((top + y) * width + left);
          assertArrayEquals(
              Arrays.copyOfRange(whole, from, from + 3 * partWidth),
              Arrays.copyOfRange(part.rgb(), 3 * y * partWidth, 3 * (y + 1) * partWidth),
              "seed %d, %d x %d to %d x %d, row %d"
                  .formatted(SEED, source.width(), source.height(), width, height, top + y));
        }
      }
    }
  }

  @Test
  void theSameSizeIsTheSameImage() {
    Pixels source = noise(new Random(SEED), 17, 5);
    assertArrayEquals(source.rgb(), PillowResize.resize(source, 17, 5, ResizeFilter.BICUBIC).rgb());
  }

  @ParameterizedTest
  @EnumSource(ResizeFilter.class)
  void aPlainImageStaysPlain(ResizeFilter filter) {
    byte[] rgb = new byte[3 * 300 * 7];
    Arrays.fill(rgb, (byte) 200);
    Pixels resized = PillowResize.resize(new Pixels(300, 7, rgb), 64, 64, filter);
    for (byte value : resized.rgb()) {
      assertEquals(200, value & 0xff);
    }
  }

  @Test
  void anExtremelyLongImageCostsNoMoreThanItsCrop() {
    Pixels thread = noise(new Random(SEED), 2_000_000, 1);
    // Resized whole it would be 128,000,000 x 64 pixels, more than an array holds.
    Pixels middle =
        PillowResize.resize(thread, 128_000_000, 64, 63_999_968, 0, 64, 64, ResizeFilter.BICUBIC);
    assertEquals(64, middle.width());
  }

  @Test
  void aTallImageIsTheSameThoughItsRowsComeInBlocks() {
    Pixels tall = noise(new Random(SEED), 16, 20_000);
    for (ResizeFilter filter : ResizeFilter.values()) {
      assertArrayEquals(
          transcription(tall, 300, 40, filter), PillowResize.resize(tall, 300, 40, filter).rgb());
    }
  }

  private static Pixels noise(Random random, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    random.nextBytes(rgb);
    return new Pixels(width, height, rgb);
  }

  /** libImaging/Resample.c, step by step: whole image, no short cuts. */
  private static byte[] transcription(Pixels source, int width, int height, ResizeFilter filter) {
    int[] image = new int[source.rgb().length];
    for (int i = 0; i < image.length; i++) {
      image[i] = source.rgb()[i] & 0xff;
    }
    int w = source.width();
    int h = source.height();
    if (width != w) {
      int[] out = new int[3 * width * h];
      for (int x = 0; x < width; x++) {
        int[] k = kernel(w, width, x, filter);
        for (int y = 0; y < h; y++) {
          for (int c = 0; c < 3; c++) {
            int ss = 1 << 21;
            for (int i = 1; i < k.length; i++) {
              ss += image[3 * (y * w + k[0] + i - 1) + c] * k[i];
            }
            out[3 * (y * width + x) + c] = Math.clamp(ss >> 22, 0, 255);
          }
        }
      }
      image = out;
      w = width;
    }
    if (height != h) {
      int[] out = new int[3 * w * height];
      for (int y = 0; y < height; y++) {
        int[] k = kernel(h, height, y, filter);
        for (int x = 0; x < 3 * w; x++) {
          int ss = 1 << 21;
          for (int i = 1; i < k.length; i++) {
            ss += image[3 * w * (k[0] + i - 1) + x] * k[i];
          }
          out[3 * w * y + x] = Math.clamp(ss >> 22, 0, 255);
        }
      }
      image = out;
    }
    byte[] bytes = new byte[image.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) image[i];
    }
    return bytes;
  }

  /**
   * precompute_coeffs and normalize_coeffs_8bpc for one target pixel: xmin, then the coefficients.
   */
  private static int[] kernel(int inSize, int outSize, int xx, ResizeFilter filter) {
    double scale = (double) inSize / outSize;
    double filterscale = scale < 1.0 ? 1.0 : scale;
    double support = filter.support() * filterscale;
    double ss = 1.0 / filterscale;
    double center = (xx + 0.5) * scale;
    int xmin = (int) (center - support + 0.5);
    if (xmin < 0) {
      xmin = 0;
    }
    int xmax = (int) (center + support + 0.5);
    if (xmax > inSize) {
      xmax = inSize;
    }
    xmax -= xmin;
    double[] k = new double[xmax];
    double ww = 0.0;
    for (int x = 0; x < xmax; x++) {
      k[x] = reference(filter, (x + xmin - center + 0.5) * ss);
      ww += k[x];
    }
    int[] result = new int[xmax + 1];
    result[0] = xmin;
    for (int x = 0; x < xmax; x++) {
      double value = ww != 0.0 ? k[x] / ww : k[x];
      result[x + 1] =
          value < 0 ? (int) (-0.5 + value * (1 << 22)) : (int) (0.5 + value * (1 << 22));
    }
    return result;
  }

  private static double reference(ResizeFilter filter, double at) {
    double x = at;
    switch (filter) {
      case BOX:
        return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
      case BILINEAR:
        x = Math.abs(x);
        return x < 1.0 ? 1.0 - x : 0.0;
      case LANCZOS:
        if (-3.0 <= x && x < 3.0) {
          return sinc(x) * sinc(x / 3);
        }
        return 0.0;
      default:
        x = Math.abs(x);
        if (x < 1.0) {
          return ((-0.5 + 2.0) * x - (-0.5 + 3.0)) * x * x + 1;
        }
        return x < 2.0 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0.0;
    }
  }

  private static double sinc(double x) {
    return x == 0.0 ? 1.0 : Math.sin(x * Math.PI) / (x * Math.PI);
  }
}
