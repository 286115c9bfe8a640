package io.vde.store;

/**
 * A dataset and what its store holds of it at this moment.
 *
 * @param dataset what it is
 * @param images committed images
 * @param bytes size on disk of records, vectors and index; -1 when the store cannot tell
 * @param index whether searches are served at full speed
 * @param reason why the index is not ready, or null
 */
public record DatasetStatus(
    Dataset dataset, long images, long bytes, IndexState index, String reason) {
  /** State of the vector index. */
  public enum IndexState {
    READY,
    BUILDING,
    FAILED
  }
}
