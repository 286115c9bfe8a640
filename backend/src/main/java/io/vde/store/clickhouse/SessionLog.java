package io.vde.store.clickhouse;

import com.github.f4b6a3.ulid.UlidCreator;
import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.LogEntry.Mark;
import io.vde.store.RevisionConflictException;
import io.vde.store.Session;
import io.vde.store.SessionNotFoundException;
import io.vde.store.StoreUnavailableException;
import io.vde.store.clickhouse.RowReader.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Appends to the log of all sessions, in one order for all nodes.
 *
 * <p>ClickHouse cannot compare and set, but it takes one of several inserts with the same
 * deduplication token and drops the others without a word. So appends are numbered: a node that has
 * seen everything up to number n writes its entries as number n + 1 with that number as their
 * token, and reads back whose entries are there. When they are another node's, it looks again at
 * what revisions are taken, and tries the next number. An insert that is repeated because its
 * answer was lost is dropped in the same way, and found to be its own.
 *
 * <p>Entries that come in while an append is on its way go together into the next one: many
 * labellers make few parts.
 *
 * <p>A server that is killed while it writes may be left with a number's token and without its
 * entries. So a number that was refused counts as taken, whether or not there is anything under it.
 */
final class SessionLog {
  /** The session of entries that are nobody's. */
  static final String NO_SESSION = "";

  private static final int ATTEMPTS = 100;
  private static final int REMEMBERED = 10_000;

  /**
   * How long the last number is remembered: far less than other nodes need for as many inserts as
   * the server keeps tokens.
   */
  private static final long FRESH = Duration.ofSeconds(5).toNanos();

  private final Database database;
  private final SessionTables tables;
  private final LongSupplier nanoTime;
  private final ReentrantLock turn = new ReentrantLock();
  private final Queue<Append> waiting = new ConcurrentLinkedQueue<>();

  // Guarded by turn. The last number that is taken, 0 when it is not known, and when that was so.
  // While every number since was won here, the revisions are those of that moment.
  private long sequence;
  private long since;
  // Guarded by turn. The last number that the server has refused.
  private long refused;
  private final Map<String, Long> revisions = new HashMap<>();

  /**
   * Appends to the log in these tables.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  SessionLog(Database database, SessionTables tables, LongSupplier nanoTime) {
    this.database = database;
    this.tables = tables;
    this.nanoTime = nanoTime;
  }

  /** An entry on its way; its fault is null when it was kept. */
  private static final class Append {
    private final String session;
    private final LogEntry entry;
    private final Session.Tally tally;
    private boolean done;
    private RuntimeException fault;

    Append(String session, LogEntry entry, Session.Tally tally) {
      this.session = session;
      this.entry = entry;
      this.tally = tally;
    }

    void finish(RuntimeException why) {
      done = true;
      fault = why;
    }
  }

  /** As {@link io.vde.store.SessionStore#append}. */
  void append(String session, LogEntry entry, Session.Tally tally) {
    Append append = new Append(session, entry, tally);
    waiting.add(append);
    turn.lock();
    try {
      if (!append.done) {
        write(drain(), append);
      }
    } finally {
      turn.unlock();
    }
    if (append.fault != null) {
      throw append.fault;
    }
  }

  /**
   * Appends an entry of no session, so that the log never forgets its last number when the entries
   * of a session are deleted.
   *
   * @return the entry's number
   */
  long mark() {
    turn.lock();
    try {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        forget();
        look(List.of());
        Append mark =
            new Append(
                NO_SESSION,
                new LogEntry(sequence + 1, Kind.CALL, List.of(), false, null, Instant.EPOCH),
                new Session.Tally(0, 0, 0, 0, false, false, Instant.EPOCH));
        String name = UlidCreator.getMonotonicUlid().toString();
        insert(List.of(mark), name);
        if (kept(mark, name)) {
          return won();
        }
        refused = sequence + 1;
      }
      throw tooMany();
    } finally {
      turn.unlock();
    }
  }

  private static StoreUnavailableException tooMany() {
    return new StoreUnavailableException("Too many nodes write to the session log", null);
  }

  private List<Append> drain() {
    List<Append> batch = new ArrayList<>();
    for (Append next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
    }
    return batch;
  }

  /** Writes a batch; only the one of this thread is cancelled with it. */
  private void write(List<Append> batch, Append own) {
    try {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        List<Append> writable = writable(batch);
        if (writable.isEmpty()) {
          return;
        }
        String name = UlidCreator.getMonotonicUlid().toString();
        insert(writable, name);
        if (kept(writable.getFirst(), name)) {
          won();
          for (Append append : writable) {
            revisions.put(append.session, append.entry.revision());
            append.finish(null);
          }
        } else {
          refused = sequence + 1;
          forget();
        }
      }
      throw tooMany();
    } catch (RuntimeException fault) {
      forget();
      for (Append append : batch) {
        if (!append.done) {
          append.finish(
              append == own || !(fault instanceof CancellationException)
                  ? fault
                  : new StoreUnavailableException("The database did not answer in time", fault));
        }
      }
    }
  }

  /** Those that come next in their sessions; the others are refused. */
  private List<Append> writable(List<Append> batch) {
    if (nanoTime.getAsLong() - since > FRESH) {
      forget();
    }
    boolean fresh = sequence == 0;
    look(batch);
    List<Append> next = new ArrayList<>();
    Map<String, Long> last = new HashMap<>();
    boolean behind = false;
    for (Append append : batch) {
      if (!append.done) {
        long before = last.getOrDefault(append.session, revisions.get(append.session));
        if (before < 0) {
          append.finish(new SessionNotFoundException(append.session));
        } else if (append.entry.revision() == before + 1) {
          last.put(append.session, before + 1);
          next.add(append);
        } else if (fresh) {
          append.finish(new RevisionConflictException(append.session, append.entry.revision()));
        } else {
          behind = true;
        }
      }
    }
    if (behind) {
      // What was remembered may be behind: only what the database says is a reason to refuse.
      forget();
      return writable(batch);
    }
    return next;
  }

  /** Learns the last number, and the last revisions of the sessions; -1 for no such session. */
  private void look(List<Append> batch) {
    if (sequence == 0) {
      // First the number: revisions that are newer than it only make the number be taken.
      since = nanoTime.getAsLong();
      long last = database.number(tables.select("SELECT max(sequence) FROM " + tables.log()));
      sequence = Math.max(1, Math.max(last, refused));
    }
    Collection<String> unknown = new TreeSet<>();
    for (Append append : batch) {
      if (!append.done && !revisions.containsKey(append.session)) {
        unknown.add(append.session);
      }
    }
    if (unknown.isEmpty()) {
      return;
    }
    if (revisions.size() > REMEMBERED) {
      revisions.clear();
      batch.forEach(append -> unknown.add(append.session));
    }
    unknown.forEach(session -> revisions.put(session, -1L));
    String set = Sql.strings(unknown);
    for (Row row :
        database.rows(
            tables.select(
                "SELECT id FROM %s FINAL WHERE id IN %s AND deleted = 0"
                    .formatted(tables.sessions(), set)))) {
      revisions.put(row.string("id"), 0L);
    }
    for (Row row :
        database.rows(
            tables.select(
                "SELECT session, max(revision) AS last FROM %s WHERE session IN %s GROUP BY session"
                    .formatted(tables.log(), set)))) {
      revisions.computeIfPresent(
          row.string("session"), (id, known) -> known < 0 ? known : row.integer("last"));
    }
  }

  /** Nobody else has written since the number before. */
  private long won() {
    since = nanoTime.getAsLong();
    return ++sequence;
  }

  private void forget() {
    sequence = 0;
    revisions.clear();
  }

  private void insert(List<Append> batch, String name) {
    RowWriter rows = RowWriter.of(SessionTables.LOG);
    for (Append append : batch) {
      LogEntry entry = append.entry;
      rows.string(append.session).int64(entry.revision()).int64(sequence + 1).string(name);
      rows.string(entry.kind().name()).bool(entry.round()).floats(entry.weights());
      rows.strings(entry.marks().stream().map(Mark::imageId).toList());
      rows.strings(entry.marks().stream().map(mark -> mark.verdict().name()).toList());
      rows.size(entry.marks().size());
      entry.marks().forEach(mark -> rows.floats(mark.vector()));
      rows.int64(entry.at().toEpochMilli());
      Session.Tally tally = append.tally;
      rows.uint32(tally.positive()).uint32(tally.negative()).uint32(tally.skipped());
      rows.bool(tally.canUndo()).bool(tally.canRedo()).int64(tally.updatedAt().toEpochMilli());
    }
    Statement insert =
        Statement.insert(tables.log(), rows)
            .with("insert_deduplication_token", "append-" + (sequence + 1));
    tables.insert(insert);
  }

  private boolean kept(Append append, String name) {
    return !database
        .rows(
            tables.select(
                "SELECT append FROM %s WHERE session = %s AND revision = %d AND append = %s"
                    .formatted(
                        tables.log(),
                        Sql.string(append.session),
                        append.entry.revision(),
                        Sql.string(name))))
        .isEmpty();
  }
}
