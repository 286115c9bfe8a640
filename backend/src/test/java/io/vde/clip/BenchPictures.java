package io.vde.clip;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Inputs of the benchmark: pictures with the statistics of photographs, and sentences. */
final class BenchPictures {
  private static final String[] WORDS =
      ("red blue old small wooden quiet bright house lake boat dog street window garden mountain"
              + " child train bridge flower snow harbour morning light")
          .split(" ");

  private BenchPictures() {}

  /** Writes JPEGs of 3:2 whose long side has so many pixels. */
  static List<byte[]> write(Path folder, int longSide, int count) throws IOException {
    Files.createDirectories(folder);
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] file = jpeg(picture(longSide, longSide * 2 / 3, new Random(i)));
      Files.write(folder.resolve("%03d.jpg".formatted(i)), file);
      files.add(file);
    }
    return files;
  }

  /** Sentences of about ten tokens, all different. */
  static List<String> sentences(int count) {
    Random random = new Random(5);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                "a photo of a %s %s by the %s %d"
                    .formatted(word(random), word(random), word(random), i))
        .toList();
  }

  private static String word(Random random) {
    return WORDS[random.nextInt(WORDS.length)];
  }

  /** Noise of several scales, the coarser the stronger, and a little grain. */
  private static BufferedImage picture(int width, int height, Random random) {
    float[][][] grids = new float[6][][];
    for (int octave = 0; octave < grids.length; octave++) {
      int cells = (2 << octave) + 2;
      grids[octave] = new float[3][cells * cells];
      for (float[] channel : grids[octave]) {
        for (int i = 0; i < channel.length; i++) {
          channel[i] = (float) random.nextGaussian() * 45 / (1 << octave);
        }
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = 0;
        for (int channel = 0; channel < 3; channel++) {
          double value = 128 + random.nextGaussian() * 3;
          for (int octave = 0; octave < grids.length; octave++) {
            value +=
                at(grids[octave][channel], 2 << octave, (double) x / width, (double) y / width);
          }
          rgb = rgb << 8 | (int) Math.clamp(value, 0, 255);
        }
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  private static double at(float[] grid, int cells, double x, double y) {
    int stride = cells + 2;
    int column = (int) (x * cells);
    int row = (int) (y * cells);
    double right = x * cells - column;
    double below = y * cells - row;
    int i = row * stride + column;
    return (grid[i] * (1 - right) + grid[i + 1] * right) * (1 - below)
        + (grid[i + stride] * (1 - right) + grid[i + stride + 1] * right) * below;
  }

  private static byte[] jpeg(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(.9f);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    writer.setOutput(new MemoryCacheImageOutputStream(bytes));
    writer.write(null, new IIOImage(image, null, null), parameters);
    ((MemoryCacheImageOutputStream) writer.getOutput()).flush();
    writer.dispose();
    return bytes.toByteArray();
  }
}
