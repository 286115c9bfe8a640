package io.vde.media;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a camera held the picture: the eight values of EXIF's Orientation tag (Exif 2.32, 4.6.4, tag
 * 274).
 *
 * <p>Each is a step that a viewer takes to show the stored rows upright: an optional swap of x and
 * y, then mirrors.
 */
enum Orientation {
  UPRIGHT(false, false, false),
  MIRRORED(false, true, false),
  UPSIDE_DOWN(false, true, true),
  FLIPPED(false, false, true),
  TRANSPOSED(true, false, false),
  RIGHT(true, true, false),
  TRANSVERSED(true, true, true),
  LEFT(true, false, true);

  private static final int TAG = 274;
  private static final int SHORT = 3;

  private final boolean swap;
  private final boolean mirrorX;
  private final boolean mirrorY;

  Orientation(boolean swap, boolean mirrorX, boolean mirrorY) {
    this.swap = swap;
    this.mirrorX = mirrorX;
    this.mirrorY = mirrorY;
  }

  /** Whether width and height change places. */
  boolean swapsSides() {
    return swap;
  }

  /** The upright image. */
  Pixels apply(Pixels stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int storedWidth = stored.width();
    int width = swap ? stored.height() : storedWidth;
    int height = swap ? storedWidth : stored.height();
    byte[] from = stored.rgb();
    byte[] to = new byte[from.length];
    // One step to the right in the upright image is `step` bytes in the stored one.
    int step = (swap ? 3 * storedWidth : 3) * (mirrorX ? -1 : 1);
    int at = 0;
    for (int y = 0; y < height; y++) {
      int sourceY = mirrorY ? height - 1 - y : y;
      int sourceX = mirrorX ? width - 1 : 0;
      int source = 3 * (swap ? sourceX * storedWidth + sourceY : sourceY * storedWidth + sourceX);
      for (int x = 0; x < width; x++, source += step, at += 3) {
        to[at] = from[source];
        to[at + 1] = from[source + 1];
        to[at + 2] = from[source + 2];
      }
    }
    return new Pixels(width, height, to);
  }

  /**
   * The orientation in a block of EXIF (a TIFF header and its first directory), upright when there
   * is none or the block is broken: a picture is worth more than its metadata.
   *
   * @param bytes an array that holds the block
   * @param offset where it begins, either at the TIFF header or at the {@code Exif\0\0} before it
   * @param length of the block
   */
  static Orientation ofExif(byte[] bytes, int offset, int length) {
    int start = offset;
    int size = length;
    if (size >= 6 && bytes[start] == 'E' && bytes[start + 1] == 'x') {
      start += 6;
      size -= 6;
    }
    if (size < 14) {
      return UPRIGHT;
    }
    ByteBuffer tiff = ByteBuffer.wrap(bytes, start, size).slice();
    if (tiff.get(0) != tiff.get(1) || (tiff.get(0) != 'I' && tiff.get(0) != 'M')) {
      return UPRIGHT;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    if (tiff.getShort(2) != 42 || directory < 8 || directory > size - 2) {
      return UPRIGHT;
    }
    int entries = tiff.getShort(directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + 12 * i;
      if (entry > size - 12) {
        return UPRIGHT;
      }
      if ((tiff.getShort(entry) & 0xffff) == TAG && tiff.getShort(entry + 2) == SHORT) {
        int value = tiff.getShort(entry + 8);
        return value >= 1 && value <= 8 ? values()[value - 1] : UPRIGHT;
      }
    }
    return UPRIGHT;
  }
}
