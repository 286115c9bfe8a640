package io.vde.media;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Walks the chunks of a PNG (ISO/IEC 15948, 5.3). */
final class PngChunks {
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;
  private static final int EXIF = 0x65584966;
  private static final int FIRST = 8;

  private PngChunks() {}

  /** The orientation in its eXIf chunk, upright when there is none. */
  static Orientation orientation(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (long at = FIRST; at + 12 <= bytes.length; at += 12 + length(in, at)) {
      int kind = in.getInt((int) at + 4);
      if (kind == EXIF) {
        int start = (int) at + 8;
        return Orientation.ofExif(
            bytes, start, (int) Math.min(length(in, at), bytes.length - start));
      }
      if (kind == IEND) {
        break;
      }
    }
    return Orientation.UPRIGHT;
  }

  /**
   * Checks that the pixels are whole, which the codec does not: it gives back what it has of a file
   * that was cut.
   *
   * @throws UndecodableImageException when a checksum of pixel data is wrong or the end is missing
   */
  static void check(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (long at = FIRST; at + 12 <= bytes.length; at += 12 + length(in, at)) {
      int kind = in.getInt((int) at + 4);
      if (kind == IEND) {
        return;
      }
      long size = length(in, at);
      if (at + 12 + size > bytes.length) {
        break;
      }
      if (kind == IDAT) {
        CRC32 crc = new CRC32();
        crc.update(bytes, (int) at + 4, (int) size + 4);
        if ((int) crc.getValue() != in.getInt((int) (at + 8 + size))) {
          break;
        }
      }
    }
    throw ImageHeader.damaged(ImageType.PNG, null);
  }

  private static long length(ByteBuffer in, long at) {
    return in.getInt((int) at) & 0xffffffffL;
  }
}
