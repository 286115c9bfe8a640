package io.vde.media;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** From bytes to stored pixels, by the codec that is exact for each kind of file. */
final class Codecs {
  static {
    // No file of ours outside the data folder, and the bytes are in memory anyway.
    ImageIO.setUseCache(false);
  }

  private final Optional<TurboJpeg> turbo;
  private final Optional<LibWebp> webp;
  private final boolean scaling;

  /**
   * @param turbo for JPEGs; without it the JDK's decoder does them
   * @param webp for WebPs; without it a decoder in Java does them, less exactly
   * @param scaling whether it may decode large ones at a part of their size
   */
  Codecs(Optional<TurboJpeg> turbo, Optional<LibWebp> webp, boolean scaling) {
    this.turbo = turbo;
    this.webp = webp;
    this.scaling = scaling;
  }

  /**
   * Decodes the first picture.
   *
   * @param header of these bytes, already within the limits
   * @param target pixels of the shorter edge that it will be resized to; 0 when it must have its
   *     full size
   * @return as stored, not yet turned upright; not smaller than twice the target
   * @throws UndecodableImageException when the codec stumbles, or would give back only a part
   */
  Pixels decode(byte[] bytes, ImageHeader header, int target) {
    if (header.type() == ImageType.JPEG && turbo.isPresent()) {
      Optional<Pixels> pixels = turbo.get().decode(bytes, header, shrink(header, target));
      if (pixels.isPresent()) {
        return pixels.get();
      }
    }
    byte[] input = bytes;
    if (header.type() == ImageType.PNG) {
      PngChunks.check(bytes);
    } else if (header.type() == ImageType.JPEG) {
      JpegSegments.checkScans(bytes);
      input = JpegSegments.read(bytes).withoutProfile(bytes);
    }
    try {
      if (header.type() == ImageType.WEBP) {
        return webp(bytes, header);
      }
      return read(input, header, header.type() == ImageType.GIF ? Codecs::gifOffset : null);
    } catch (IOException | RuntimeException e) {
      if (e instanceof MediaException known) {
        throw known;
      }
      throw ImageHeader.damaged(header.type(), e);
    }
  }

  private Pixels webp(byte[] bytes, ImageHeader header) throws IOException {
    if (!header.animated() && isCut(bytes)) {
      throw ImageHeader.damaged(ImageType.WEBP, null);
    }
    WebpFrame frame =
        header.animated() ? WebpFrame.first(bytes, header) : new WebpFrame(bytes, 0, 0);
    int[] offset = {frame.left(), frame.top()};
    if (webp.isPresent()) {
      BufferedImage image = webp.get().decode(frame.file(), header.pixels());
      return RasterPixels.onCanvas(image, header.width(), header.height(), offset);
    }
    return read(frame.file(), header, _ -> offset);
  }

  /**
   * Whether the file is shorter than it says. The decoder in Java would make up the rest of a
   * lossless one; libwebp refuses it.
   */
  private static boolean isCut(byte[] riff) {
    int size = ByteBuffer.wrap(riff).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
    return Integer.toUnsignedLong(size) > riff.length - 8L;
  }

  /** By what the sides may be divided while the shorter one stays twice as long as needed. */
  private int shrink(ImageHeader header, int target) {
    int shrink = 1;
    if (scaling && target > 0) {
      int shorter = Math.min(header.width(), header.height());
      while (shrink < 8 && shorter / (2 * shrink) >= 2 * target) {
        shrink *= 2;
      }
    }
    return shrink;
  }

  /** Where a picture that covers only a part of the image lies: x and y. */
  private interface Offset {
    int[] of(ImageReader reader) throws IOException;
  }

  /**
   * @param offset null when the picture is the whole image
   */
  private static Pixels read(byte[] bytes, ImageHeader header, Offset offset) throws IOException {
    ImageReader reader = reader(header);
    try (ImageInputStream stream = new ByteArrayImageInputStream(bytes)) {
      reader.addIIOReadWarningListener(new Truncation(header.type()));
      reader.setInput(stream, false, offset == null);
      // The codec reads the size by itself: what it allocates must be what was checked.
      if ((long) reader.getWidth(0) * reader.getHeight(0) > header.pixels()) {
        throw ImageHeader.damaged(header.type(), null);
      }
      if (header.type() == ImageType.JPEG && header.channels() == 4) {
        // It knows no picture of four inks.
        return Inks.of(reader.readRaster(0, null), JpegSegments.read(bytes).luma());
      }
      BufferedImage image = reader.read(0);
      return offset == null
          ? RasterPixels.of(image)
          : RasterPixels.onCanvas(image, header.width(), header.height(), offset.of(reader));
    } finally {
      reader.dispose();
    }
  }

  private static ImageReader reader(ImageHeader header) throws IOException {
    if (header.type() == ImageType.WEBP) {
      return new WebPImageReaderSpi().createReaderInstance(null);
    }
    // By name, the registry may offer a plug-in first; only the JDK's own readers are known to
    // equal Pillow.
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(header.type().name());
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if ("java.desktop".equals(reader.getClass().getModule().getName())) {
        return reader;
      }
    }
    throw new IllegalStateException("this Java has no reader for " + header.type());
  }

  /** Where the first picture of a GIF lies on its screen: x and y. */
  private static int[] gifOffset(ImageReader reader) throws IOException {
    IIOMetadata metadata = reader.getImageMetadata(0);
    Node root = metadata.getAsTree(metadata.getNativeMetadataFormatName());
    Element descriptor = (Element) ((Element) root).getElementsByTagName("ImageDescriptor").item(0);
    return new int[] {
      Integer.parseInt(descriptor.getAttribute("imageLeftPosition")),
      Integer.parseInt(descriptor.getAttribute("imageTopPosition"))
    };
  }

  /**
   * Makes a failure of the warnings by which a codec says that a part of the picture is made up.
   */
  private record Truncation(ImageType type) implements IIOReadWarningListener {
    @Override
    public void warningOccurred(ImageReader source, String warning) {
      String text = warning.toLowerCase(java.util.Locale.ROOT);
      if (text.contains("premature end") || text.contains("truncated")) {
        throw ImageHeader.damaged(type, null);
      }
    }
  }
}
