package io.vde.clip;

import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whether another variant of a model is good enough for one's own pictures: how near its vectors
 * are to those of fp32, and how many of each picture's (and each text's) ten nearest pictures stay.
 *
 * <p>System properties: {@code bench.model}, a bundle with fp32 and the variants; {@code
 * bench.variants}, such as {@code int8,fp16}; {@code bench.pictures}, a folder of pictures; {@code
 * bench.texts}, a file with a query a line, or nothing.
 */
final class VariantComparison {
  private static final int TOP = 10;
  private static final String[] KNOWN = {".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp"};

  private VariantComparison() {}

  public static void main(String[] args) throws Exception {
    Path model = Path.of(System.getProperty("bench.model", ""));
    List<Path> pictures = pictures(Path.of(System.getProperty("bench.pictures", "")));
    String file = System.getProperty("bench.texts", "");
    List<String> texts = file.isEmpty() ? List.of() : Files.readAllLines(Path.of(file));
    Path data = Files.createTempDirectory(Path.of(args[0]), "comparison");
    Vectors exact = Vectors.of(data, model, "fp32", pictures, texts);
    System.out.printf("%d pictures, %d texts%n%n", exact.pictures.size(), texts.size());
    System.out.println(
        "| variant | picture cosine: mean, least | top 10 by picture | text cosine: mean, least | top 10 by text |");
    System.out.println("|---|---|---|---|---|");
    for (String variant : System.getProperty("bench.variants", "int8").split(",")) {
      Vectors other = Vectors.of(data, model, variant, pictures, texts);
      System.out.printf(
          "| %s | %s | %s | %s | %s |%n",
          other.name,
          cosines(exact.pictures, other.pictures),
          overlap(exact.pictures, exact.pictures, other.pictures, other.pictures, true),
          cosines(exact.texts, other.texts),
          overlap(exact.texts, exact.pictures, other.texts, other.pictures, false));
    }
    System.exit(0); // the tokenizer's library keeps a thread
  }

  private static List<Path> pictures(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(f -> Arrays.stream(KNOWN).anyMatch(f.toString().toLowerCase()::endsWith))
          .sorted()
          .toList();
    }
  }

  private record Vectors(String name, List<float[]> pictures, List<float[]> texts) {
    static Vectors of(
        Path data, Path model, String variant, List<Path> pictures, List<String> texts)
        throws IOException {
      ImageDecoder decoder = new ImageDecoder(Settings.of(MediaConfig.class));
      Encoder encoder =
          Encoders.ready(data, model.toString(), decoder, "vde.model.variant", variant);
      List<float[]> images = new ArrayList<>();
      for (Path picture : pictures) {
        try {
          images.add(encoder.embedImage(Files.readAllBytes(picture), Lane.BULK).join());
        } catch (CompletionException e) {
          System.out.println("left out: " + picture + ": " + e.getCause().getMessage());
        }
      }
      List<float[]> words =
          texts.stream().map(text -> encoder.embedText(text, Lane.INTERACTIVE).join()).toList();
      String name = encoder.model().variant();
      encoder.close();
      decoder.close();
      return new Vectors(name, images, words);
    }
  }

  private static String cosines(List<float[]> a, List<float[]> b) {
    double[] cosines =
        IntStream.range(0, a.size()).mapToDouble(i -> dot(a.get(i), b.get(i))).toArray();
    return cosines.length == 0
        ? "-"
        : "%.5f, %.5f"
            .formatted(
                Arrays.stream(cosines).average().orElseThrow(),
                Arrays.stream(cosines).min().orElseThrow());
  }

  /** The mean share of the nearest ten that both find; a dash when nothing is asked. */
  private static String overlap(
      List<float[]> queriesA,
      List<float[]> imagesA,
      List<float[]> queriesB,
      List<float[]> imagesB,
      boolean notItself) {
    return IntStream.range(0, queriesA.size())
        .mapToDouble(
            i -> {
              int self = notItself ? i : -1;
              Set<Integer> both = new HashSet<>(nearest(queriesA.get(i), imagesA, self));
              int size = both.size();
              both.retainAll(nearest(queriesB.get(i), imagesB, self));
              return size == 0 ? 1 : (double) both.size() / size;
            })
        .average()
        .stream()
        .mapToObj("%.3f"::formatted)
        .findFirst()
        .orElse("-");
  }

  private static List<Integer> nearest(float[] query, List<float[]> images, int self) {
    return IntStream.range(0, images.size())
        .filter(i -> i != self)
        .boxed()
        .sorted((i, j) -> Double.compare(dot(query, images.get(j)), dot(query, images.get(i))))
        .limit(TOP)
        .toList();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
