package io.vde.media;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * From what a codec hands out to opaque RGB, without colour management: samples are taken as they
 * are stored. (Java's own {@code getRGB} would put grey through a gamma curve.)
 */
final class RasterPixels {
  private RasterPixels() {}

  static Pixels of(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    copy(image, rgb, image.getWidth(), 0, 0);
    return new Pixels(image.getWidth(), image.getHeight(), rgb);
  }

  /** A picture that covers only a part of its screen, the rest being white. */
  static Pixels onCanvas(BufferedImage image, int width, int height, int[] offset) {
    byte[] rgb = new byte[3 * width * height];
    Arrays.fill(rgb, (byte) 0xff);
    copy(image, rgb, width, offset[0], offset[1]);
    return new Pixels(width, height, rgb);
  }

  private static void copy(BufferedImage image, byte[] rgb, int stride, int left, int top) {
    ColorModel colors = image.getColorModel();
    int bands = image.getRaster().getNumBands();
    int width = image.getWidth();
    int[] row = new int[width * Math.max(4, bands)];
    for (int y = 0; y < image.getHeight(); y++) {
      int at = 3 * ((top + y) * stride + left);
      if (colors instanceof IndexColorModel palette) {
        image.getRaster().getPixels(0, y, width, 1, row);
        indexed(palette, row, width, rgb, at);
      } else if (colors instanceof ComponentColorModel && bands <= 4) {
        samples(image.getRaster(), y, width, bands, row, rgb, at);
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
        for (int x = 0; x < width; x++, at += 3) {
          overWhite(row[x], rgb, at);
        }
      }
    }
  }

  private static void indexed(
      IndexColorModel palette, int[] row, int width, byte[] rgb, int start) {
    int at = start;
    for (int x = 0; x < width; x++, at += 3) {
      overWhite(palette.getRGB(row[x]), rgb, at);
    }
  }

  /** One row of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) bands of 8 or 16 bits. */
  private static void samples(
      Raster raster, int y, int width, int bands, int[] row, byte[] rgb, int start) {
    if (bytes(raster, y, width, bands, rgb, start)) {
      return;
    }
    raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
    int shift = raster.getTransferType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    boolean grey = bands <= 2;
    boolean alpha = bands == 2 || bands == 4;
    int at = start;
    for (int x = 0, i = 0; x < width; x++, i += bands, at += 3) {
      int r = row[i] >> shift;
      int g = grey ? r : row[i + 1] >> shift;
      int b = grey ? r : row[i + 2] >> shift;
      int a = alpha ? row[i + bands - 1] >> shift : 0xff;
      overWhite(a << 24 | r << 16 | g << 8 | b, rgb, at);
    }
  }

  /** The short way for most photographs: opaque bytes, three bands in some order or one. */
  private static boolean bytes(Raster raster, int y, int width, int bands, byte[] rgb, int start) {
    if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
        || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
        || (bands != 3 && bands != 1)) {
      return false;
    }
    int[] offsets = model.getBandOffsets();
    int r = offsets[0];
    int g = offsets[bands == 3 ? 1 : 0];
    int b = offsets[bands == 3 ? 2 : 0];
    byte[] data = buffer.getData();
    int step = model.getPixelStride();
    int from =
        buffer.getOffset()
            + (y - raster.getSampleModelTranslateY() + raster.getMinY())
                * model.getScanlineStride();
    int at = start;
    for (int x = 0; x < width; x++, from += step, at += 3) {
      rgb[at] = data[from + r];
      rgb[at + 1] = data[from + g];
      rgb[at + 2] = data[from + b];
    }
    return true;
  }

  /**
   * Lays a colour on white, rounding as Pillow's {@code alpha_composite} does
   * (libImaging/AlphaComposite.c, with an opaque destination).
   */
  private static void overWhite(int argb, byte[] rgb, int at) {
    int alpha = argb >>> 24;
    rgb[at] = (byte) overWhite(argb >> 16 & 0xff, alpha);
    rgb[at + 1] = (byte) overWhite(argb >> 8 & 0xff, alpha);
    rgb[at + 2] = (byte) overWhite(argb & 0xff, alpha);
  }

  private static int overWhite(int value, int alpha) {
    if (alpha == 0xff) {
      return value;
    }
    int sum = (value * alpha + 255 * (255 - alpha) + 0x80) << 7;
    return (((sum >> 8) + sum) >> 8) >> 7;
  }
}
