package io.vde.store.embedded;

import io.vde.store.Dataset;
import io.vde.store.StoreUnavailableException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/**
 * What a Lucene commit says of its dataset: written with the documents, in one atomic step.
 *
 * @param dataset the dataset
 * @param sequence the last sequence number given to a document
 * @param axis that of all {@linkplain Sketch sketches}; empty as long as there is none
 */
record DatasetCommit(Dataset dataset, long sequence, float[] axis) {
  /** Version of the layout of documents and commits that this code writes. */
  static final int FORMAT = 4;

  /** The first that is read: it has no sketches, the next one has others. */
  private static final int OLDEST_FORMAT = 2;

  private static final String PREFIX = "vde.";
  private static final String FORMAT_KEY = PREFIX + "format";
  private static final String AXIS_KEY = PREFIX + "axis";

  Map<String, String> userData() {
    return Map.of(
        FORMAT_KEY,
        Integer.toString(FORMAT),
        PREFIX + "name",
        dataset.name(),
        PREFIX + "description",
        dataset.description(),
        PREFIX + "model",
        dataset.model(),
        PREFIX + "dimension",
        Integer.toString(dataset.dimension()),
        PREFIX + "createdAt",
        dataset.createdAt().toString(),
        PREFIX + "sequence",
        Long.toString(sequence),
        AXIS_KEY,
        text(axis));
  }

  private static String text(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** The axis in the user data of a commit. */
  static float[] axis(Map<String, String> userData) {
    byte[] bytes = Base64.getDecoder().decode(userData.getOrDefault(AXIS_KEY, ""));
    float[] values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(values);
    return values;
  }

  /**
   * Reads it back.
   *
   * @param folder for messages
   * @throws StoreUnavailableException when a version with another format wrote it, or something
   *     else did
   */
  static DatasetCommit of(Map<String, String> userData, String folder) {
    String format = userData.get(FORMAT_KEY);
    if (format == null) {
      throw new StoreUnavailableException(
          "The folder %s holds an index that is not a dataset".formatted(folder), null);
    }
    int number = Integer.parseInt(format);
    if (number < OLDEST_FORMAT || number > FORMAT) {
      throw new StoreUnavailableException(
          "The dataset in %s was written in format %s by another version; this one reads formats %d to %d"
              .formatted(folder, format, OLDEST_FORMAT, FORMAT),
          null);
    }
    return new DatasetCommit(
        new Dataset(
            userData.get(PREFIX + "name"),
            userData.get(PREFIX + "description"),
            userData.get(PREFIX + "model"),
            Integer.parseInt(userData.get(PREFIX + "dimension")),
            Instant.parse(userData.get(PREFIX + "createdAt"))),
        Long.parseLong(userData.get(PREFIX + "sequence")),
        axis(userData));
  }
}
