package io.vde.store;

import java.time.Instant;
import java.util.List;

/**
 * An entry of a session's log.
 *
 * @param revision 1 for the first, one more for each next
 * @param kind what it does when the log is replayed
 * @param marks the verdicts of a {@link Kind#CALL}, in the order given; empty for the others
 * @param round whether a {@link Kind#CALL} closed a round after its marks
 * @param weights what the round has learnt, unit length, {@code dimension} long; null when the
 *     entry has no round, or in an answer that left weights out
 * @param at when it was acknowledged
 */
public record LogEntry(
    long revision, Kind kind, List<Mark> marks, boolean round, float[] weights, Instant at) {
  public LogEntry {
    marks = List.copyOf(marks);
  }

  /** The kinds of entries. */
  public enum Kind {
    /** Marks, a round, or both. */
    CALL,
    /** Takes back the last live call. */
    UNDO,
    /** Brings back the call last taken back. */
    REDO
  }

  /**
   * One image's verdict.
   *
   * @param vector the image's vector as it was, so that the log needs no other source; null for
   *     {@link Verdict#SKIPPED} and {@link Verdict#CLEARED}, or in an answer that left vectors out
   */
  public record Mark(String imageId, Verdict verdict, float[] vector) {}

  /** What a person said of an image. */
  public enum Verdict {
    POSITIVE,
    NEGATIVE,
    /** Shown and left unmarked: not shown again, teaches nothing. */
    SKIPPED,
    /** Unseen again. */
    CLEARED
  }
}
