package io.vde.media;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** From bytes to stored pixels, by the codec that is exact for each kind of file. */
final class Codecs {
  static {
    // No file of ours outside the data folder, and the bytes are in memory anyway.
    ImageIO.setUseCache(false);
  }

  private Codecs() {}

  /**
   * Decodes the first picture.
   *
   * @param header of these bytes, already within the limits
   * @return as stored, not yet turned upright
   * @throws UndecodableImageException when the codec stumbles, or would give back only a part
   */
  static Pixels decode(byte[] bytes, ImageHeader header) {
    byte[] input = bytes;
    if (header.type() == ImageType.PNG) {
      PngChunks.check(bytes);
    } else if (header.type() == ImageType.JPEG && header.channels() != 4) {
      input = JpegSegments.read(bytes).withoutProfile(bytes);
    }
    try (ImageInputStream stream = new ByteArrayImageInputStream(input)) {
      ImageReader reader = reader(header);
      try {
        return read(reader, stream, header);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof MediaException known) {
        throw known;
      }
      throw ImageHeader.damaged(header.type(), e);
    }
  }

  private static Pixels read(ImageReader reader, ImageInputStream stream, ImageHeader header)
      throws IOException {
    reader.addIIOReadWarningListener(new Truncation(header.type()));
    boolean metadataUnused = header.type() != ImageType.GIF;
    reader.setInput(stream, false, metadataUnused);
    // The codec reads the size by itself: what it allocates must be what was checked.
    if ((long) reader.getWidth(0) * reader.getHeight(0) > header.pixels()) {
      throw ImageHeader.damaged(header.type(), null);
    }
    BufferedImage image = reader.read(0);
    if (header.type() == ImageType.GIF) {
      return RasterPixels.onCanvas(image, header.width(), header.height(), gifOffset(reader));
    }
    return RasterPixels.of(image);
  }

  private static ImageReader reader(ImageHeader header) throws IOException {
    if (header.type() == ImageType.WEBP) {
      return new WebPImageReaderSpi().createReaderInstance(null);
    }
    if (header.type() == ImageType.JPEG && header.channels() == 4) {
      // The JDK gives CMYK back as four raw bands.
      JPEGImageReaderSpi cmyk = new JPEGImageReaderSpi();
      cmyk.onRegistration(IIORegistry.getDefaultInstance(), ImageReaderSpi.class);
      return cmyk.createReaderInstance(null);
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
