package io.vde.store.clickhouse;

import static io.vde.store.clickhouse.ServerFault.translating;

import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.LogEntry.Mark;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.Page;
import io.vde.store.Session;
import io.vde.store.SessionNotFoundException;
import io.vde.store.SessionStore;
import io.vde.store.clickhouse.RowReader.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sessions in tables of MyScale or ClickHouse: any number of nodes serve the same ones. */
public final class ClickHouseSessionStore implements SessionStore {
  private final Database database;
  private final SessionTables tables;
  private final SessionLog log;

  ClickHouseSessionStore(Database database) {
    this.database = database;
    tables = new SessionTables(database);
    log = new SessionLog(database, tables, System::nanoTime);
  }

  @Override
  public void create(Session session) {
    translating(
        () ->
            write(
                List.of(session),
                session.tally().updatedAt(),
                false,
                beyond(List.of(session.id()))));
  }

  @Override
  public Optional<Session> find(String id) {
    return translating(() -> sessions(List.of(id)).stream().findFirst());
  }

  @Override
  public Page<Session> list(int offset, int limit) {
    return translating(
        () -> {
          String present = " FROM " + tables.sessions() + " FINAL WHERE deleted = 0";
          long total = database.number(tables.select("SELECT count()" + present));
          List<String> ids = new ArrayList<>();
          if (limit > 0) {
            for (Row row :
                rows(
                    "SELECT id%s ORDER BY created_at DESC, id DESC LIMIT %d OFFSET %d"
                        .formatted(present, limit, offset))) {
              ids.add(row.string("id"));
            }
          }
          Map<String, Session> found = new HashMap<>();
          sessions(ids).forEach(session -> found.put(session.id(), session));
          return new Page<>(
              ids.stream().filter(found::containsKey).map(found::get).toList(), total);
        });
  }

  @Override
  public void rename(String id, String name, Instant at) {
    translating(
        () -> {
          Stored stored =
              stored(List.of(id)).stream()
                  .findFirst()
                  .orElseThrow(() -> new SessionNotFoundException(id));
          // The very next version: one that deletes the session meanwhile is beyond it.
          return write(List.of(stored.session.withName(name)), at, false, stored.version + 1);
        });
  }

  @Override
  public boolean delete(String id) {
    return translating(
        () -> {
          List<Session> session = sessions(List.of(id));
          remove(session);
          return !session.isEmpty();
        });
  }

  /** Removes sessions with their logs: one insert and one mutation, however many they are. */
  private void remove(List<Session> sessions) {
    if (sessions.isEmpty()) {
      return;
    }
    List<String> ids = sessions.stream().map(Session::id).toList();
    write(sessions, sessions.getFirst().tally().updatedAt(), true, beyond(ids) + 1);
    long mark = log.mark();
    database.execute(
        Statement.repeatable(
                "ALTER TABLE %s DELETE WHERE session IN %s OR (session = %s AND sequence < %d)"
                    .formatted(
                        tables.log(), Sql.strings(ids), Sql.string(SessionLog.NO_SESSION), mark))
            .with("mutations_sync", "2"));
  }

  @Override
  public long countOn(String dataset) {
    return translating(
        () ->
            database.number(
                tables.select(
                    "SELECT count() FROM %s FINAL WHERE dataset = %s AND deleted = 0"
                        .formatted(tables.sessions(), Sql.string(dataset)))));
  }

  @Override
  public void deleteOn(String dataset) {
    translating(
        () -> {
          List<String> ids = new ArrayList<>();
          for (Row row :
              rows(
                  "SELECT id FROM %s FINAL WHERE dataset = %s AND deleted = 0"
                      .formatted(tables.sessions(), Sql.string(dataset)))) {
            ids.add(row.string("id"));
          }
          remove(sessions(ids));
          return null;
        });
  }

  @Override
  public void append(String id, LogEntry entry, Session.Tally tally) {
    translating(
        () -> {
          log.append(id, entry, tally);
          return null;
        });
  }

  @Override
  public List<LogEntry> log(String id) {
    return translating(
        () -> {
          existing(id);
          List<LogEntry> entries = new ArrayList<>();
          for (Row row :
              rows(
                  "SELECT revision, kind, images, verdicts, vectors, round, at FROM %s WHERE session = %s ORDER BY revision, sequence LIMIT 1 BY revision"
                      .formatted(tables.log(), Sql.string(id)))) {
            entries.add(entry(row));
          }
          return entries;
        });
  }

  private static LogEntry entry(Row row) {
    List<?> images = (List<?>) row.get("images");
    List<?> verdicts = (List<?>) row.get("verdicts");
    List<?> vectors = (List<?>) row.get("vectors");
    List<Mark> marks = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      float[] vector = (float[]) vectors.get(i);
      marks.add(
          new Mark(
              (String) images.get(i),
              Verdict.valueOf((String) verdicts.get(i)),
              vector.length == 0 ? null : vector));
    }
    return new LogEntry(
        row.integer("revision"),
        Kind.valueOf(row.string("kind")),
        marks,
        row.integer("round") == 1,
        null,
        Instant.ofEpochMilli(row.integer("at")));
  }

  @Override
  public float[] weights(String id, long revision) {
    return translating(
        () ->
            rows(
                    "SELECT weights FROM %s WHERE session = %s AND revision = %d AND round = 1 ORDER BY sequence LIMIT 1"
                        .formatted(tables.log(), Sql.string(id), revision))
                .stream()
                .findFirst()
                .map(row -> (float[]) row.get("weights"))
                .orElseThrow(() -> new SessionNotFoundException(id)));
  }

  @Override
  public String unavailableReason() {
    return database.unavailableReason();
  }

  @Override
  public void close() {
    database.close();
  }

  private Session existing(String id) {
    return sessions(List.of(id)).stream()
        .findFirst()
        .orElseThrow(() -> new SessionNotFoundException(id));
  }

  private List<Session> sessions(Collection<String> ids) {
    return stored(ids).stream().map(Stored::session).toList();
  }

  private record Stored(Session session, long version) {}

  private List<Stored> stored(Collection<String> ids) {
    if (ids.isEmpty()) {
      return List.of();
    }
    String set = Sql.strings(ids);
    Map<String, Row> last = new HashMap<>();
    for (Row row :
        rows(
            """
            SELECT session, revision, positive, negative, skipped, can_undo, can_redo, updated_at FROM %s
            WHERE session IN %s ORDER BY revision DESC, sequence LIMIT 1 BY session"""
                .formatted(tables.log(), set))) {
      last.put(row.string("session"), row);
    }
    List<Stored> sessions = new ArrayList<>();
    for (Row row :
        rows(
            "SELECT * FROM %s FINAL WHERE id IN %s AND deleted = 0"
                .formatted(tables.sessions(), set))) {
      Session session = session(row, last.get(row.string("id")));
      sessions.add(new Stored(session, row.integer("version")));
    }
    return sessions;
  }

  private static Session session(Row row, Row last) {
    String filter = row.string("filter");
    Instant updatedAt = Instant.ofEpochMilli(row.integer("updated_at"));
    return new Session(
        row.string("id"),
        row.string("name"),
        row.string("dataset"),
        row.string("query"),
        (float[]) row.get("query_vector"),
        row.string("method"),
        filter.isEmpty() ? null : filter,
        row.string("model"),
        Instant.ofEpochMilli(row.integer("created_at")),
        last == null
            ? new Session.Tally(0, 0, 0, 0, false, false, updatedAt)
            : new Session.Tally(
                last.integer("revision"),
                (int) last.integer("positive"),
                (int) last.integer("negative"),
                (int) last.integer("skipped"),
                last.integer("can_undo") == 1,
                last.integer("can_redo") == 1,
                later(updatedAt, Instant.ofEpochMilli(last.integer("updated_at")))));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private List<Row> rows(String select) {
    return database.rows(tables.select(select));
  }

  /** A version beyond all there are, although another node's clock may be ahead of ours. */
  private long beyond(Collection<String> ids) {
    long before =
        database.number(
            tables.select(
                "SELECT max(version) FROM %s WHERE id IN %s"
                    .formatted(tables.sessions(), Sql.strings(ids))));
    return database.versions().beyond(before);
  }

  /** Writes sessions as one insert. */
  private Void write(List<Session> sessions, Instant updatedAt, boolean deleted, long version) {
    RowWriter rows = RowWriter.of(SessionTables.SESSION);
    for (Session s : sessions) {
      rows.string(s.id()).string(s.name()).string(s.dataset()).string(s.query());
      rows.floats(s.queryVector()).string(s.method()).stringOrEmpty(s.filter()).string(s.model());
      rows.int64(s.createdAt().toEpochMilli()).int64(updatedAt.toEpochMilli());
      rows.int64(version).bool(deleted);
    }
    tables.insert(Statement.insert(tables.sessions(), rows));
    return null;
  }
}
