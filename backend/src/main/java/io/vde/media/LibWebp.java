package io.vde.media;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * libwebp where the machine has it (Debian: {@code libwebp7}): the decoder that Pillow uses, so a
 * lossy WebP has the pixels that Pillow gives.
 */
@SuppressWarnings("restricted") // Calling native code is what this class is for.
final class LibWebp {
  private static final String[] NAMES = {"libwebp.so.7", "libwebp.so", "libwebp.dylib"};

  private final MethodHandle info;
  private final MethodHandle decode;

  private LibWebp(SymbolLookup library) {
    info =
        NativeLibrary.function(
            library,
            "WebPGetInfo",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));
    decode =
        NativeLibrary.function(
            library,
            "WebPDecodeRGBAInto",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT));
  }

  /** The library, or nothing where there is none that can be used. */
  static Optional<LibWebp> load() {
    return NativeLibrary.load(NAMES, LibWebp::new);
  }

  /**
   * Decodes a still WebP.
   *
   * @param maxPixels what was checked: the file's picture may not have more
   * @return ARGB
   * @throws UndecodableImageException when the library cannot read it
   */
  BufferedImage decode(byte[] webp, long maxPixels) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment source = arena.allocate(webp.length);
      MemorySegment.copy(webp, 0, source, JAVA_BYTE, 0, webp.length);
      MemorySegment sides = arena.allocate(JAVA_INT, 2);
      int readable =
          (int) info.invokeExact(source, (long) webp.length, sides, sides.asSlice(Integer.BYTES));
      int width = sides.getAtIndex(JAVA_INT, 0);
      int height = sides.getAtIndex(JAVA_INT, 1);
      if (readable == 0 || (long) width * height > maxPixels) {
        throw ImageHeader.damaged(ImageType.WEBP, null);
      }
      MemorySegment target = arena.allocate(4L * width * height);
      MemorySegment done =
          (MemorySegment)
              decode.invokeExact(source, (long) webp.length, target, target.byteSize(), 4 * width);
      if (done.equals(MemorySegment.NULL)) {
        throw ImageHeader.damaged(ImageType.WEBP, null);
      }
      return image(target, width, height);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native function does not throw", e);
    }
  }

  private static BufferedImage image(MemorySegment rgba, int width, int height) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    int[] argb = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < argb.length; i++) {
      int pixel = rgba.getAtIndex(NativeLibrary.LITTLE_ENDIAN_INT, i);
      argb[i] = (pixel & 0xff00ff00) | ((pixel & 0xff) << 16) | ((pixel >>> 16) & 0xff);
    }
    return image;
  }
}
