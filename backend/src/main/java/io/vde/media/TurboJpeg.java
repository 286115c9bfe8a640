package io.vde.media;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Locale;
import java.util.Optional;

/**
 * libjpeg-turbo where the machine has it (Debian: {@code libturbojpeg0}), by its TurboJPEG API of
 * version 2, which version 3 has too. Twice as fast as the JDK's decoder, the same pixels, and it
 * can decode at a half, a quarter or an eighth of the size.
 */
@SuppressWarnings("restricted") // Calling native code is what this class is for.
final class TurboJpeg {
  private static final String[] NAMES = {
    "libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib"
  };

  // Of turbojpeg.h.
  private static final int RGB = 0;
  private static final int CMYK = 11;
  private static final int ACCURATE_DCT = 4096;
  private static final int LIMIT_SCANS = 32768;
  private static final int WARNING = 0;

  /** Bytes that a thread keeps: a file and its picture of eight megapixels. */
  private static final long MOST_KEPT = 32L << 20;

  /**
   * Memory that the last picture of this thread was decoded into. What is new from the system costs
   * as much as a tenth of the decoding: it is cleared and mapped page by page.
   */
  private static final ThreadLocal<MemorySegment> KEPT = new ThreadLocal<>();

  private final MethodHandle init;
  private final MethodHandle header;
  private final MethodHandle decompress;
  private final MethodHandle destroy;
  private final MethodHandle errorText;
  private final MethodHandle errorCode;

  private TurboJpeg(SymbolLookup library) {
    init = NativeLibrary.function(library, "tjInitDecompress", FunctionDescriptor.of(ADDRESS));
    header =
        NativeLibrary.function(
            library,
            "tjDecompressHeader3",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    decompress =
        NativeLibrary.function(
            library,
            "tjDecompress2",
            FunctionDescriptor.of(
                JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT,
                JAVA_INT, JAVA_INT));
    destroy =
        NativeLibrary.function(library, "tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    errorText =
        NativeLibrary.function(library, "tjGetErrorStr2", FunctionDescriptor.of(ADDRESS, ADDRESS));
    errorCode =
        NativeLibrary.function(library, "tjGetErrorCode", FunctionDescriptor.of(JAVA_INT, ADDRESS));
  }

  /** The library, or nothing where there is none that can be used. */
  static Optional<TurboJpeg> load() {
    return NativeLibrary.load(NAMES, TurboJpeg::new);
  }

  /**
   * Decodes a JPEG of one, three or four channels.
   *
   * @param shrink 1, 2, 4 or 8: the sides are divided by it and rounded up
   * @return nothing when the library cannot read it, which another decoder may
   * @throws UndecodableImageException when the file ends too early, or its size is not the header's
   */
  Optional<Pixels> decode(byte[] jpeg, ImageHeader expected, int shrink) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment handle = (MemorySegment) init.invokeExact();
      if (handle.equals(MemorySegment.NULL)) {
        return Optional.empty();
      }
      try {
        return decode(handle, arena, jpeg, expected, shrink);
      } finally {
        int _ = (int) destroy.invokeExact(handle);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a native function does not throw", e);
    }
  }

  private Optional<Pixels> decode(
      MemorySegment handle, Arena arena, byte[] jpeg, ImageHeader expected, int shrink)
      throws Throwable {
    int width = Math.ceilDiv(expected.width(), shrink);
    int height = Math.ceilDiv(expected.height(), shrink);
    boolean inks = expected.channels() == 4;
    long size = (inks ? 4L : 3L) * width * height;
    MemorySegment memory = memory(arena, jpeg.length + size);
    MemorySegment source = memory.asSlice(size, jpeg.length);
    MemorySegment target = memory.asSlice(0, size);
    MemorySegment.copy(jpeg, 0, source, JAVA_BYTE, 0, jpeg.length);
    MemorySegment numbers = arena.allocate(JAVA_INT, 4);
    int failed =
        (int)
            header.invokeExact(
                handle,
                source,
                (long) jpeg.length,
                numbers,
                numbers.asSlice(4),
                numbers.asSlice(8),
                numbers.asSlice(12));
    if (failed != 0) {
      return Optional.empty();
    }
    // What is written must be what was checked.
    if (numbers.getAtIndex(JAVA_INT, 0) != expected.width()
        || numbers.getAtIndex(JAVA_INT, 1) != expected.height()) {
      throw ImageHeader.damaged(ImageType.JPEG, null);
    }
    failed =
        (int)
            decompress.invokeExact(
                handle,
                source,
                (long) jpeg.length,
                target,
                width,
                0,
                height,
                inks ? CMYK : RGB,
                ACCURATE_DCT | LIMIT_SCANS);
    if (failed != 0) {
      if ((int) errorCode.invokeExact(handle) != WARNING) {
        return Optional.empty();
      }
      String text = ((MemorySegment) errorText.invokeExact(handle)).reinterpret(1024).getString(0);
      if (text.toLowerCase(Locale.ROOT).contains("premature end")) {
        throw ImageHeader.damaged(ImageType.JPEG, null);
      }
    }
    if (inks) {
      byte[] row = new byte[4 * width];
      return Optional.of(
          Inks.pixels(
              width,
              height,
              y -> {
                MemorySegment.copy(target, JAVA_BYTE, (long) y * row.length, row, 0, row.length);
                return row;
              }));
    }
    byte[] rgb = new byte[3 * width * height];
    MemorySegment.copy(target, JAVA_BYTE, 0, rgb, 0, rgb.length);
    return Optional.of(new Pixels(width, height, rgb));
  }

  private MemorySegment memory(Arena arena, long bytes) {
    if (bytes > MOST_KEPT) {
      return arena.allocate(bytes);
    }
    MemorySegment last = KEPT.get();
    if (last == null || last.byteSize() < bytes) {
      // In powers of two, so that few pieces wait for the garbage collector.
      last = Arena.ofAuto().allocate(Math.max(1 << 20, Long.highestOneBit(bytes - 1) << 1));
      KEPT.set(last);
    }
    return last;
  }
}
