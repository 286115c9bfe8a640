package io.vde.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Sessions and their logs. A session is its log: entries are appended, never changed.
 *
 * <p>Blocking, concurrency, durability and faults are as in {@link ImageStore}: what a call has
 * returned survives {@code kill -9} and is visible to every later call. Unknown sessions: {@link
 * SessionNotFoundException}.
 */
public interface SessionStore extends AutoCloseable {
  /** Keeps a new session with an empty log. */
  void create(Session session);

  /** The session with that id, if there is one. */
  Optional<Session> find(String id);

  /** All sessions, newest first. */
  Page<Session> list(int offset, int limit);

  /** Renames a session. */
  void rename(String id, String name, Instant at);

  /** Removes a session with its log; false when there was none. */
  boolean delete(String id);

  /** How many sessions teach on a dataset. */
  long countOn(String dataset);

  /** Removes all sessions that teach on a dataset. */
  void deleteOn(String dataset);

  /**
   * Appends an entry and the tally it leads to, both or neither.
   *
   * @throws RevisionConflictException when {@code entry.revision()} is not the one after the log's
   *     last, because another node has appended meanwhile; nothing is kept
   */
  void append(String id, LogEntry entry, Session.Tally tally);

  /** The whole log in order, with the marks' vectors, without weights. */
  List<LogEntry> log(String id);

  /** The weights that the round of that revision has learnt. */
  float[] weights(String id, long revision);

  /** Null when the engine can serve; otherwise one sentence that says why not. */
  String unavailableReason();

  @Override
  void close();
}
