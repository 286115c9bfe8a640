package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.ImageRecord;
import io.vde.store.Images;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashTest {
  @TempDir Path folder;

  @Test
  void whatWasAcceptedSurvivesAKilledProcessWhole() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Set<Integer> accepted = new TreeSet<>();
    int next = 0;
    for (int round = 0; round < 3; round++) {
      accepted.addAll(writeUntilKilled(next, 1 + random.nextInt(30)));
      // The batch that was under way may be there or not.
      next = accepted.stream().mapToInt(n -> n + 1).max().orElse(0) + 1;
      try (EmbeddedImageStore store = openStore()) {
        for (int number = 0; number < next; number++) {
          List<String> ids = KilledWriter.batch(number).stream().map(ImageRecord::id).toList();
          int there = store.get(KilledWriter.DATASET, ids).size();
          int batch = number;
          assertTrue(
              there == KilledWriter.BATCH || there == 0 && !accepted.contains(number),
              () -> "seed " + seed + ": " + there + " of batch " + batch);
        }
      }
    }
  }

  /** The numbers that the process printed before it was killed. */
  private Set<Integer> writeUntilKilled(int first, int batches) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KilledWriter.class.getName(),
                folder.toString(),
                Integer.toString(first))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Set<Integer> printed = new TreeSet<>();
    try (BufferedReader out = process.inputReader()) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.matches("\\d+")) {
          printed.add(Integer.parseInt(line));
        }
        if (printed.size() == batches) {
          // By its handle: the process object would close the pipe with what is still in it.
          process.toHandle().destroyForcibly();
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertTrue(printed.size() >= batches, "the writer ended by itself");
    return printed;
  }

  @Test
  void whatACrashLeavesOfCreatingAndDroppingIsSweptAway() throws IOException {
    Files.createDirectories(folder.resolve("half-made"));
    Files.writeString(folder.resolve("half-made").resolve("_0.cfs"), "torn");
    Files.createDirectories(folder.resolve(".dropped-birds-7"));
    Files.writeString(folder.resolve(".dropped-birds-7").resolve("segments_1"), "old");
    Files.writeString(folder.resolve("note.txt"), "not ours");
    try (EmbeddedImageStore store = openStore()) {
      assertTrue(store.datasets().isEmpty());
      store.create(Images.dataset("half-made", 8));
    }
    try (var children = Files.list(folder)) {
      assertEquals(
          Set.of("half-made", "note.txt"),
          Set.copyOf(children.map(child -> child.getFileName().toString()).toList()));
    }
  }

  private EmbeddedImageStore openStore() {
    return new EmbeddedImageStore(folder, EmbeddedSettings.defaults());
  }
}
