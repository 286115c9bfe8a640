package io.vde.store;

import java.time.Instant;

/**
 * One concept being taught, with what its log adds up to at its latest revision.
 *
 * @param id ULID
 * @param name what a person calls it
 * @param dataset the dataset it teaches on
 * @param query the query as it was given, in JSON
 * @param queryVector unit length: where the classifier starts
 * @param method how the classifier is fitted
 * @param filter the part of the dataset it teaches on, in JSON; null means all
 * @param model identity of the model that the vectors come from
 * @param createdAt when it was made
 * @param tally what the log adds up to
 */
public record Session(
    String id,
    String name,
    String dataset,
    String query,
    float[] queryVector,
    String method,
    String filter,
    String model,
    Instant createdAt,
    Tally tally) {

  /**
   * What a log adds up to: derived from it, kept beside it so that a list of sessions need not
   * replay their logs.
   *
   * @param revision of the last entry; 0 for an empty log
   * @param updatedAt time of the last entry, or of the last rename
   */
  public record Tally(
      long revision,
      int positive,
      int negative,
      int skipped,
      boolean canUndo,
      boolean canRedo,
      Instant updatedAt) {}

  public Session withName(String newName) {
    return new Session(
        id, newName, dataset, query, queryVector, method, filter, model, createdAt, tally);
  }

  public Session withTally(Tally newTally) {
    return new Session(
        id, name, dataset, query, queryVector, method, filter, model, createdAt, newTally);
  }
}
