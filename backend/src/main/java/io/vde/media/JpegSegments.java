package io.vde.media;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The marker segments of a JPEG before its pixels (ITU-T T.81, annex B).
 *
 * @param header what they say
 * @param profiles where the ICC profile's segments lie: pairs of start and end
 * @param luma whether four channels are luma, chroma and black (YCCK) and not four inks
 */
record JpegSegments(ImageHeader header, List<int[]> profiles, boolean luma) {
  /**
   * Most scans of a file, as libjpeg-turbo's limit has it; cameras and programs write about ten.
   * Each scan goes over all pixels, and may be a dozen bytes long.
   */
  private static final int MOST_SCANS = 500;

  private static final int SCAN = 0xda;
  private static final int END = 0xd9;
  private static final byte[] ICC = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);

  /**
   * Reads them up to the start of the scan.
   *
   * @throws IndexOutOfBoundsException when the file ends before
   */
  static JpegSegments read(byte[] bytes) {
    List<int[]> profiles = new ArrayList<>();
    Orientation orientation = Orientation.UPRIGHT;
    int frame = -1;
    boolean luma = false;
    int at = 2;
    while (true) {
      if ((bytes[at] & 0xff) != 0xff) {
        at++; // rubbish between segments, which libjpeg skips too
        continue;
      }
      int marker = bytes[at + 1] & 0xff;
      if (marker == 0xff) {
        at++; // a fill byte
        continue;
      }
      if (marker <= 1 || (marker >= 0xd0 && marker <= 0xd8)) {
        at += 2; // markers without a length
        continue;
      }
      if (marker == SCAN && frame >= 0) {
        return new JpegSegments(header(bytes, frame, orientation), profiles, luma);
      }
      int end = at + 2 + length(bytes, at + 2);
      if (marker == SCAN || marker == END || end < at + 4 || end > bytes.length) {
        throw ImageHeader.damaged(ImageType.JPEG, null);
      }
      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
        frame = at;
      } else if (marker == 0xe1 && has(bytes, at + 4, EXIF)) {
        orientation = Orientation.ofExif(bytes, at + 4, end - at - 4);
      } else if (marker == 0xe2 && has(bytes, at + 4, ICC)) {
        profiles.add(new int[] {at, end});
      }
      if (marker == 0xee && end >= at + 16 && has(bytes, at + 4, ADOBE)) {
        luma =
            bytes[at + 15] != 0; // 1 makes no sense of four channels, and libjpeg takes it so too
      }
      at = end;
    }
  }

  /**
   * Refuses a file that would hold a thread for minutes, for a decoder without a limit of its own.
   *
   * @throws UndecodableImageException when it has too many scans
   */
  static void checkScans(byte[] bytes) {
    int scans = 0;
    // Between the pixels 0xff is followed by 0 or a restart marker: this is a scan, or lies in a
    // segment such as EXIF's thumbnail, which has few.
    for (int at = 2; at + 1 < bytes.length; at++) {
      if (bytes[at] == (byte) 0xff && bytes[at + 1] == (byte) SCAN && ++scans > MOST_SCANS) {
        throw new UndecodableImageException(
            "The JPEG has more than %d scans.".formatted(MOST_SCANS));
      }
    }
  }

  private static ImageHeader header(byte[] bytes, int frame, Orientation orientation) {
    int channels = bytes[frame + 9] & 0xff;
    boolean progressive = (bytes[frame + 1] & 0xff) == 0xc2;
    // A progressive one keeps its coefficients, two bytes each.
    int bytesPerPixel = channels + (progressive ? 2 * channels : 0);
    return new ImageHeader(
        ImageType.JPEG,
        length(bytes, frame + 7),
        length(bytes, frame + 5),
        bytesPerPixel,
        channels,
        orientation,
        false);
  }

  /**
   * The file without its ICC profile. With one, ImageIO converts the colours; Pillow, and so every
   * model's training, does not.
   */
  byte[] withoutProfile(byte[] bytes) {
    if (profiles.isEmpty()) {
      return bytes;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    int from = 0;
    for (int[] profile : profiles) {
      out.write(bytes, from, profile[0] - from);
      from = profile[1];
    }
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }

  private static int length(byte[] bytes, int at) {
    return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
  }

  private static boolean has(byte[] bytes, int at, byte[] name) {
    return at + name.length <= bytes.length
        && Arrays.equals(bytes, at, at + name.length, name, 0, name.length);
  }
}
