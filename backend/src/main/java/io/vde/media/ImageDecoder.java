package io.vde.media;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The one image decoder. The type is sniffed from the bytes, the size is read from the header and
 * refused before anything is decoded, and what comes out is upright (EXIF), opaque (alpha laid on
 * white), 8-bit RGB, with the numbers Pillow would give.
 *
 * <p>Decoding runs on threads of its own and within one budget of memory. The decoded pixels are
 * lent, not given: a function makes of them what is wanted (a model's input, a thumbnail) while the
 * budget still holds them, so that many large images at once cannot exhaust the heap.
 *
 * <p>All futures fail with a {@link MediaException} when the image is at fault, and with a {@link
 * RejectedExecutionException} when there is too much to do.
 */
@Singleton
public final class ImageDecoder {
  private static final long MEMORY_WAIT_SECONDS = 60;

  /**
   * Most pixels of a side: what a JPEG can have. A resize holds a weight or more for each pixel of
   * a side, and a line of a hundred million would cost gigabytes that no budget knows of.
   */
  private static final int MAX_SIDE = 65_535;

  private final long maxPixels;
  private final long maxBytes;
  private final int memoryKiB;
  private final Semaphore memory;
  private final WorkLanes lanes;
  private final Codecs codecs;

  @Inject
  public ImageDecoder(MediaConfig config) {
    maxPixels = config.maxPixels();
    maxBytes = config.maxBytes();
    long bytes = config.decodeMemory().orElse(Runtime.getRuntime().maxMemory() / 5 * 2);
    memoryKiB = Math.clamp(bytes / 1024, 1, Integer.MAX_VALUE);
    memory = new Semaphore(memoryKiB, true);
    codecs =
        new Codecs(
            config.nativeCodecs() ? TurboJpeg.load() : Optional.empty(),
            config.nativeCodecs() ? LibWebp.load() : Optional.empty(),
            config.jpegScaling());
    int cores = Runtime.getRuntime().availableProcessors();
    lanes =
        new WorkLanes(
            "decode", config.decodeThreads().orElse(Math.max(1, cores - 1)), config.decodeQueue());
  }

  /**
   * Decodes an image and makes something of it.
   *
   * @param bytes the file
   * @param lane who waits
   * @param target pixels of the shorter edge that the picture will be resized to, or 0. It may then
   *     be decoded smaller, though never below twice that: what a resize makes of it is the same
   *     within a grey level, and a large photograph costs half the time
   * @param use runs on the decoding thread; must not keep the pixels
   */
  public <T> CompletableFuture<T> decode(
      byte[] bytes, Lane lane, int target, Function<Decoded, T> use) {
    return lanes.submit(lane, () -> within(bytes, target, use));
  }

  /** Decodes a file, as {@link #decode(byte[], Lane, int, Function)} does. */
  public <T> CompletableFuture<T> decode(
      Path file, Lane lane, int target, Function<Decoded, T> use) {
    return lanes.submit(lane, () -> within(read(file), target, use));
  }

  /**
   * Decodes an image and gives its pixels away, outside the budget: for a caller that holds few at
   * a time and drops them soon.
   */
  public CompletableFuture<Decoded> decode(byte[] bytes, Lane lane) {
    return decode(bytes, lane, 0, Function.identity());
  }

  /** Decodes a file and gives its pixels away, as {@link #decode(byte[], Lane)} does. */
  public CompletableFuture<Decoded> decode(Path file, Lane lane) {
    return decode(file, lane, 0, Function.identity());
  }

  /**
   * Reads the header only and applies the limits: cheap, on the caller's thread.
   *
   * @throws MediaException when it would not be decoded either
   */
  public ImageInfo inspect(byte[] bytes) {
    ImageHeader header = checked(bytes);
    return new ImageInfo(header.type(), header.uprightWidth(), header.uprightHeight());
  }

  /** Loads the codecs' native libraries, so that the first image need not. */
  public void warmUp() {
    decode(Thumbnails.render(new Pixels(1, 1, new byte[3])), Lane.INTERACTIVE).join();
  }

  @PreDestroy
  public void close() {
    lanes.close();
  }

  private byte[] read(Path file) {
    try {
      if (Files.size(file) > maxBytes) {
        throw tooManyBytes();
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new UndecodableImageException("The image file is gone.", e);
    } catch (IOException e) {
      throw new UndecodableImageException("The image file could not be read.", e);
    }
  }

  private ImageHeader checked(byte[] bytes) {
    if (bytes.length > maxBytes) {
      throw tooManyBytes();
    }
    ImageHeader header = ImageHeader.read(bytes);
    if (header.pixels() > maxPixels) {
      throw new ImageTooLargeException(
          "The image has %d x %d pixels; at most %d megapixels are read."
              .formatted(header.width(), header.height(), maxPixels / 1_000_000));
    }
    if (Math.max(header.width(), header.height()) > MAX_SIDE) {
      throw new ImageTooLargeException(
          "The image has %d x %d pixels; at most %d of a side are read."
              .formatted(header.width(), header.height(), MAX_SIDE));
    }
    return header;
  }

  private ImageTooLargeException tooManyBytes() {
    return new ImageTooLargeException(
        "The image file is larger than %d MB.".formatted(maxBytes >> 20));
  }

  private <T> T within(byte[] bytes, int target, Function<Decoded, T> use) {
    ImageHeader header = checked(bytes);
    return holding(memoryFor(header), () -> use.apply(decode(bytes, header, target)));
  }

  /**
   * What decoding needs at its peak, in KiB: the codec's picture, the RGB, and a second RGB to turn
   * it.
   */
  private static long memoryFor(ImageHeader header) {
    int rgb = header.orientation() == Orientation.UPRIGHT ? 3 : 6;
    return header.pixels() * (header.bytesPerPixel() + rgb) / 1024 + 1;
  }

  private <T> T holding(long kib, Supplier<T> work) {
    if (kib > memoryKiB) {
      throw new ImageTooLargeException(
          "Decoding the image needs about %d MB of memory, and %d MB are set aside for it."
              .formatted(kib >> 10, memoryKiB >> 10));
    }
    try {
      if (!memory.tryAcquire((int) kib, MEMORY_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new RejectedExecutionException("Too many large images are being decoded.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("The service is stopping.", e);
    }
    try {
      return work.get();
    } catch (OutOfMemoryError e) {
      // One array too many for a small heap: the request fails, the service need not.
      throw new RejectedExecutionException(
          "There is not enough memory to decode the image now.", e);
    } finally {
      memory.release((int) kib);
    }
  }

  private Decoded decode(byte[] bytes, ImageHeader header, int target) {
    Pixels stored = codecs.decode(bytes, header, target);
    return new Decoded(
        header.type(),
        header.uprightWidth(),
        header.uprightHeight(),
        header.orientation().apply(stored));
  }
}
