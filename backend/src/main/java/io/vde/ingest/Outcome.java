package io.vde.ingest;

/**
 * What became of one image.
 *
 * @param id null when it failed before it had one
 * @param status how it ended
 * @param error why it failed, for a person to read; null otherwise
 */
public record Outcome(String id, Status status, String error) {
  /** How an image ended. */
  public enum Status {
    CREATED,
    REPLACED,
    UNCHANGED,
    FAILED
  }

  static Outcome failed(String id, String error) {
    return new Outcome(id, Status.FAILED, error);
  }
}
