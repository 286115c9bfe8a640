package io.vde.media;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Thumbnails of the originals, made when first asked for (or when an import has the pixels at hand)
 * and kept under the data folder, which may be emptied at any time. Small images that every browser
 * shows are their own thumbnail.
 */
@Singleton
public final class Thumbnails {
  /** The longest side, in pixels. */
  public static final int SIDE = 256;

  private static final Logger LOG = Logger.getLogger(Thumbnails.class);
  private static final float QUALITY = 0.85f;

  /** Beyond this a small picture (a long animation, say) is not small any more. */
  private static final long OWN_BYTES = 256 << 10;

  private final Instant started = Instant.now();
  private final Path folder;
  private final Originals originals;
  private final ImageDecoder decoder;
  private final ConcurrentMap<String, CompletableFuture<Thumbnail>> making =
      new ConcurrentHashMap<>();

  @Inject
  public Thumbnails(
      @ConfigProperty(name = "vde.data-dir") Path dataDir,
      Originals originals,
      ImageDecoder decoder) {
    this.folder = dataDir.resolve("thumbnails");
    this.originals = originals;
    this.decoder = decoder;
  }

  /**
   * The thumbnail of an original; blocks while it is made.
   *
   * @throws OriginalNotFoundException when the original is not kept
   * @throws MediaException when it cannot be decoded
   * @throws java.util.concurrent.RejectedExecutionException when there is too much to decode
   */
  public Thumbnail thumbnail(String sha256) {
    Path original = originals.path(sha256);
    Path cached = place(sha256);
    if (Files.isRegularFile(cached)) {
      return made(cached);
    }
    return own(original).orElseGet(() -> make(sha256, original));
  }

  /**
   * Makes the thumbnail of an original from pixels that are at hand, so that it need not be decoded
   * again. Nothing happens for images that are small enough themselves.
   */
  public void prepare(String sha256, Decoded decoded) {
    Pixels pixels = decoded.pixels();
    if (Math.max(pixels.width(), pixels.height()) > SIDE && !Files.exists(place(sha256))) {
      keep(sha256, render(pixels));
    }
  }

  /**
   * Deletes the thumbnails of images that are gone, and what an earlier process left unfinished.
   * One that is deleted too much is made again.
   *
   * @param live whether a record names this digest
   * @return how many files went
   */
  public int sweep(Predicate<String> live) {
    int swept = 0;
    for (Path file : SafeFiles.below(folder)) {
      String name = file.getFileName().toString();
      String sha256 = name.substring(0, Math.min(64, name.length()));
      boolean wanted =
          SafeFiles.isUnfinished(file)
              ? !SafeFiles.isOlder(file, started)
              : !Digests.isDigest(sha256) || live.test(sha256);
      if (!wanted) {
        SafeFiles.deleteQuietly(file);
        swept++;
      }
    }
    return swept;
  }

  private Thumbnail make(String sha256, Path original) {
    CompletableFuture<Thumbnail> mine = new CompletableFuture<>();
    CompletableFuture<Thumbnail> earlier = making.putIfAbsent(sha256, mine);
    if (earlier != null) {
      return joined(earlier);
    }
    var _ =
        decoder
            .decode(
                original,
                Lane.INTERACTIVE,
                SIDE,
                decoded -> keptIfPossible(sha256, render(decoded.pixels())))
            .whenComplete(
                (thumbnail, failure) -> {
                  making.remove(sha256);
                  if (failure == null) {
                    mine.complete(thumbnail);
                  } else {
                    mine.completeExceptionally(failure);
                  }
                });
    return joined(mine);
  }

  private static Thumbnail joined(CompletableFuture<Thumbnail> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** The original itself where that is good enough; only its header is looked at. */
  private static Optional<Thumbnail> own(Path original) {
    try {
      if (Files.size(original) > OWN_BYTES) {
        return Optional.empty();
      }
      ImageHeader header = ImageHeader.read(Files.readAllBytes(original));
      boolean small = Math.max(header.width(), header.height()) <= SIDE;
      boolean plain = header.channels() != 4 || header.type() != ImageType.JPEG;
      return small
              && plain
              && header.type().browserSafe()
              && header.orientation() == Orientation.UPRIGHT
          ? Optional.of(new Thumbnail.Kept(original, header.type().mediaType()))
          : Optional.empty();
    } catch (IOException e) {
      throw SafeFiles.explained(e, original);
    }
  }

  /** A disk that is full does not keep anybody from looking. */
  private Thumbnail keptIfPossible(String sha256, byte[] jpeg) {
    try {
      return keep(sha256, jpeg);
    } catch (DiskFullException | UncheckedIOException e) {
      LOG.debugf(e, "The thumbnail of %s is not kept", sha256);
      return new Thumbnail.Unkept(jpeg, ImageType.JPEG.mediaType());
    }
  }

  private Thumbnail keep(String sha256, byte[] jpeg) {
    Path target = place(sha256);
    SafeFiles.finish(SafeFiles.writeUnfinished(target, jpeg), target);
    return made(target);
  }

  private Path place(String sha256) {
    return Digests.place(folder, sha256, ".jpg");
  }

  private static Thumbnail made(Path file) {
    return new Thumbnail.Kept(file, ImageType.JPEG.mediaType());
  }

  static byte[] render(Pixels pixels) {
    int longest = Math.max(pixels.width(), pixels.height());
    if (longest <= SIDE) {
      return jpeg(pixels);
    }
    int width = Math.max(1, Math.round((float) pixels.width() * SIDE / longest));
    int height = Math.max(1, Math.round((float) pixels.height() * SIDE / longest));
    return jpeg(PillowResize.resize(pixels, width, height, ResizeFilter.BICUBIC));
  }

  private static byte[] jpeg(Pixels pixels) {
    BufferedImage image =
        new BufferedImage(pixels.width(), pixels.height(), BufferedImage.TYPE_3BYTE_BGR);
    byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < bgr.length; i += 3) {
      bgr[i] = pixels.rgb()[i + 2];
      bgr[i + 1] = pixels.rgb()[i + 1];
      bgr[i + 2] = pixels.rgb()[i];
    }
    ImageWriter writer =
        ImageIO.getImageWriters(ImageTypeSpecifier.createFromRenderedImage(image), "jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam quality = writer.getDefaultWriteParam();
      quality.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      quality.setCompressionQuality(QUALITY);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), quality);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory does not fail", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
