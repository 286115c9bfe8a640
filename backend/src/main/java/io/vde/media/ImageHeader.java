package io.vde.media;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What an image says of itself before anything is decoded: read by hand from the first bytes, so
 * that neither a codec nor memory is at stake for a file that will be refused.
 *
 * @param type by the signature
 * @param width as stored, before the orientation is applied
 * @param height as stored
 * @param bytesPerPixel an upper bound of what its codec holds for a pixel while it decodes
 * @param channels colour channels as stored, where the format says so (4 in a JPEG means CMYK),
 *     else 0
 * @param orientation how to turn it upright
 * @param animated whether it is a WebP of several pictures, of which the first is taken
 */
record ImageHeader(
    ImageType type,
    int width,
    int height,
    int bytesPerPixel,
    int channels,
    Orientation orientation,
    boolean animated) {

  long pixels() {
    return (long) width * height;
  }

  int uprightWidth() {
    return orientation.swapsSides() ? height : width;
  }

  int uprightHeight() {
    return orientation.swapsSides() ? width : height;
  }

  /**
   * Reads the header.
   *
   * @param bytes the whole file
   * @throws UnsupportedImageException when it is no image, or of a type that is not read
   * @throws UndecodableImageException when the header is damaged or cut short
   */
  static ImageHeader read(byte[] bytes) {
    if (bytes.length == 0) {
      throw new UndecodableImageException("The file is empty.");
    }
    ImageType type =
        ImageType.sniff(bytes)
            .orElseThrow(
                () ->
                    new UnsupportedImageException(
                        "This is not an image of a type that is read (PNG, JPEG, GIF, WebP, BMP)."));
    try {
      ImageHeader header =
          switch (type) {
            case PNG -> png(bytes);
            case JPEG -> JpegSegments.read(bytes).header();
            case GIF -> gif(bytes);
            case WEBP -> webp(bytes);
            case BMP -> bmp(bytes);
          };
      if (header.width < 1 || header.height < 1) {
        throw damaged(type, null);
      }
      return header;
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw damaged(type, e);
    }
  }

  static UndecodableImageException damaged(ImageType type, Exception cause) {
    return new UndecodableImageException(
        "The " + type.name() + " image is damaged or cut short.", cause);
  }

  /**
   * PNG (ISO/IEC 15948): IHDR comes first; eXIf (PNG 3rd edition, 11.3.4.5) may stand anywhere
   * before the end.
   */
  private static ImageHeader png(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt(12) != 0x49484452) {
      throw damaged(ImageType.PNG, null);
    }
    int width = in.getInt(16);
    int height = in.getInt(20);
    int depth = in.get(24);
    int channels =
        switch (in.get(25)) {
          case 0, 3 -> 1;
          case 4 -> 2;
          case 2 -> 3;
          case 6 -> 4;
          default -> throw damaged(ImageType.PNG, null);
        };
    int bytesPerPixel = Math.max(1, channels * depth / 8);
    return new ImageHeader(
        ImageType.PNG, width, height, bytesPerPixel, channels, PngChunks.orientation(bytes), false);
  }

  /** GIF 89a, 17-20: the screen; the first picture may be smaller than it. */
  private static ImageHeader gif(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int width = in.getShort(6) & 0xffff;
    int height = in.getShort(8) & 0xffff;
    int flags = in.get(10) & 0xff;
    int at = 13 + ((flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0);
    while (in.get(at) == 0x21) {
      at += 2;
      while (in.get(at) != 0) {
        at += 1 + (in.get(at) & 0xff);
      }
      at++;
    }
    if (in.get(at) != 0x2c) {
      throw damaged(ImageType.GIF, null);
    }
    // As Pillow does: a picture that reaches beyond the screen makes the screen larger.
    width = Math.max(width, (in.getShort(at + 1) & 0xffff) + (in.getShort(at + 5) & 0xffff));
    height = Math.max(height, (in.getShort(at + 3) & 0xffff) + (in.getShort(at + 7) & 0xffff));
    return new ImageHeader(ImageType.GIF, width, height, 1, 0, Orientation.UPRIGHT, false);
  }

  /**
   * WebP (RFC 9649, 2.5-2.7): lossy, lossless or extended; only the extended one has EXIF or
   * animation.
   */
  private static ImageHeader webp(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int width;
    int height;
    boolean animated = false;
    Orientation orientation = Orientation.UPRIGHT;
    switch (in.getInt(12)) {
      case 0x20385056 -> { // "VP8 "
        width = in.getShort(26) & 0x3fff;
        height = in.getShort(28) & 0x3fff;
      }
      case 0x4c385056 -> { // "VP8L"
        int sides = in.getInt(21);
        width = (sides & 0x3fff) + 1;
        height = ((sides >> 14) & 0x3fff) + 1;
      }
      case 0x58385056 -> { // "VP8X"
        animated = (in.get(20) & 2) != 0;
        width = (in.getInt(24) & 0xffffff) + 1;
        height = (in.getInt(26) >>> 8) + 1;
        orientation = webpOrientation(in, bytes);
      }
      default -> throw damaged(ImageType.WEBP, null);
    }
    return new ImageHeader(ImageType.WEBP, width, height, 12, 0, orientation, animated);
  }

  private static Orientation webpOrientation(ByteBuffer in, byte[] bytes) {
    long at = 12;
    while (at + 8 <= bytes.length) {
      long size = in.getInt((int) at + 4) & 0xffffffffL;
      if (in.getInt((int) at) == 0x46495845) { // "EXIF"
        int start = (int) at + 8;
        return Orientation.ofExif(bytes, start, (int) Math.min(size, bytes.length - start));
      }
      at += 8 + size + (size & 1);
    }
    return Orientation.UPRIGHT;
  }

  /**
   * BMP: the OS/2 header of 12 bytes or one of Windows' longer ones; a negative height counts rows
   * from the top.
   */
  private static ImageHeader bmp(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getInt(14) == 12) {
      int width = in.getShort(18) & 0xffff;
      int height = in.getShort(20) & 0xffff;
      return new ImageHeader(ImageType.BMP, width, height, 4, 0, Orientation.UPRIGHT, false);
    }
    int compression = in.getInt(30);
    if (compression == 4 || compression == 5) {
      // A JPEG or PNG inside would be decoded with a size of its own that nobody has checked.
      throw new UnsupportedImageException("A BMP that holds a JPEG or a PNG is not read.");
    }
    int width = in.getInt(18);
    int height = Math.abs(in.getInt(22));
    return new ImageHeader(ImageType.BMP, width, height, 4, 0, Orientation.UPRIGHT, false);
  }
}
