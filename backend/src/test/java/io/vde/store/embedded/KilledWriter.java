package io.vde.store.embedded;

import io.vde.store.ImageRecord;
import io.vde.store.Images;
import java.nio.file.Path;
import java.util.List;

/** A process that writes batches without pause and prints the number of each that was accepted. */
final class KilledWriter {
  static final int BATCH = 5;
  static final int DIMENSION = 512;
  static final String DATASET = "birds";

  private KilledWriter() {}

  static List<ImageRecord> batch(int number) {
    return Images.random("batch" + number + "-", BATCH, DIMENSION, number);
  }

  /** Arguments: the folder, and the number of the first batch. */
  public static void main(String[] args) {
    EmbeddedImageStore store =
        new EmbeddedImageStore(Path.of(args[0]), EmbeddedSettings.defaults());
    if (store.dataset(DATASET).isEmpty()) {
      store.create(Images.dataset(DATASET, DIMENSION));
    }
    for (int number = Integer.parseInt(args[1]); ; number++) {
      store.upsert(DATASET, batch(number));
      System.out.println(number);
    }
  }
}
