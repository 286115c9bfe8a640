package io.vde.store.embedded;

import io.vde.store.Dataset;
import io.vde.store.StoreUnavailableException;
import java.time.Instant;
import java.util.Map;

/**
 * What a Lucene commit says of its dataset: written with the documents, in one atomic step.
 *
 * @param dataset the dataset
 * @param sequence the last sequence number given to a document
 */
record DatasetCommit(Dataset dataset, long sequence) {
  /** Version of the layout of documents and commits that this code writes. */
  static final int FORMAT = 2;

  private static final String PREFIX = "vde.";
  private static final String FORMAT_KEY = PREFIX + "format";

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
        Long.toString(sequence));
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
    if (Integer.parseInt(format) != FORMAT) {
      throw new StoreUnavailableException(
          "The dataset in %s was written in format %s by another version; this one reads format %d"
              .formatted(folder, format, FORMAT),
          null);
    }
    return new DatasetCommit(
        new Dataset(
            userData.get(PREFIX + "name"),
            userData.get(PREFIX + "description"),
            userData.get(PREFIX + "model"),
            Integer.parseInt(userData.get(PREFIX + "dimension")),
            Instant.parse(userData.get(PREFIX + "createdAt"))),
        Long.parseLong(userData.get(PREFIX + "sequence")));
  }
}
