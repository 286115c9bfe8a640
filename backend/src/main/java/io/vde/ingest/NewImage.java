package io.vde.ingest;

import java.nio.file.Path;
import java.util.Map;

/**
 * An image on its way into a dataset.
 *
 * @param id null: made from the bytes
 * @param url where it came from, or null
 * @param metadata field to String, Long, Double, Boolean or List of String
 * @param bytes where the bytes are
 */
public record NewImage(String id, String url, Map<String, Object> metadata, Bytes bytes) {

  /** The bytes of an image file. */
  public sealed interface Bytes {
    /** In memory. */
    record InMemory(byte[] bytes) implements Bytes {}

    /** In a file, which stays as long as the ingest runs. */
    record InFile(Path path) implements Bytes {}

    /** Not to be had, and why. */
    record Missing(String reason) implements Bytes {}
  }
}
