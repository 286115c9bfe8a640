package io.vde.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The first picture of an animated WebP, as a still WebP of its own (RFC 9649, 2.7): the codec does
 * not know of animations.
 *
 * @param file the still
 * @param left where it lies on the canvas, in pixels
 * @param top likewise
 */
record WebpFrame(byte[] file, int left, int top) {
  private static final int ANMF = 0x464d4e41;
  private static final int ALPH = 0x48504c41;
  private static final int VP8 = 0x20385056;
  private static final int VP8L = 0x4c385056;
  private static final int ALPHA_FLAG = 0x10;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;

  /**
   * Takes it out of the animation.
   *
   * @param header of the animation
   * @throws UndecodableImageException when there is none, or it reaches beyond the canvas
   */
  static WebpFrame first(byte[] animation, ImageHeader header) {
    ByteBuffer in = ByteBuffer.wrap(animation).order(ByteOrder.LITTLE_ENDIAN);
    int at = 12;
    while (in.getInt(at) != ANMF) {
      at = next(in, at, animation.length);
    }
    int end = Math.min(next(in, at, animation.length), animation.length);
    int frame = at + CHUNK_HEADER;
    int left = 2 * triple(in, frame);
    int top = 2 * triple(in, frame + 3);
    int width = triple(in, frame + 6) + 1;
    int height = triple(in, frame + 9) + 1;
    if (left + width > header.width() || top + height > header.height()) {
      throw ImageHeader.damaged(ImageType.WEBP, null);
    }
    return new WebpFrame(still(animation, frame + FRAME_HEADER, end, width, height), left, top);
  }

  private static int next(ByteBuffer in, int at, int end) {
    long next = at + CHUNK_HEADER + (in.getInt(at + 4) & 0xffffffffL);
    next += next & 1;
    if (next > end + 1L) {
      throw ImageHeader.damaged(ImageType.WEBP, null);
    }
    return (int) next;
  }

  private static int triple(ByteBuffer in, int at) {
    return (in.get(at) & 0xff) | ((in.get(at + 1) & 0xff) << 8) | ((in.get(at + 2) & 0xff) << 16);
  }

  private static byte[] still(byte[] animation, int start, int end, int width, int height) {
    ByteBuffer in = ByteBuffer.wrap(animation).order(ByteOrder.LITTLE_ENDIAN);
    ByteArrayOutputStream chunks = new ByteArrayOutputStream();
    int at = start;
    boolean alpha = false;
    boolean picture = false;
    while (at + CHUNK_HEADER <= end && !picture) {
      int type = in.getInt(at);
      int next = next(in, at, end);
      picture = type == VP8 || type == VP8L;
      if (type == ALPH || picture) {
        alpha |= type == ALPH;
        chunks.write(animation, at, Math.min(next, end) - at);
      }
      at = next;
    }
    if (!picture) {
      throw ImageHeader.damaged(ImageType.WEBP, null);
    }
    int extended = alpha ? CHUNK_HEADER + 10 : 0;
    ByteBuffer out =
        ByteBuffer.allocate(12 + extended + chunks.size()).order(ByteOrder.LITTLE_ENDIAN);
    out.put(ascii("RIFF")).putInt(out.capacity() - CHUNK_HEADER).put(ascii("WEBP"));
    if (alpha) {
      out.put(ascii("VP8X")).putInt(10).putInt(ALPHA_FLAG);
      out.put(bytes(width - 1)).put(bytes(height - 1));
    }
    return out.put(chunks.toByteArray()).array();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(int triple) {
    return new byte[] {(byte) triple, (byte) (triple >> 8), (byte) (triple >> 16)};
  }
}
