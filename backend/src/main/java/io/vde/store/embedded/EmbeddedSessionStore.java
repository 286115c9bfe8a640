package io.vde.store.embedded;

import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.LogEntry.Mark;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.Page;
import io.vde.store.RevisionConflictException;
import io.vde.store.Session;
import io.vde.store.SessionNotFoundException;
import io.vde.store.SessionStore;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sessions in an SQLite database: one file, write-ahead log, synced to the disk before a write is
 * acknowledged.
 */
public final class EmbeddedSessionStore implements SessionStore {
  private static final String SESSION_COLUMNS =
      """
      id, name, dataset, query, query_vector, method, filter, model, created_at,
      revision, positive, negative, skipped, can_undo, can_redo, updated_at""";

  private final SqliteFile file;

  /**
   * Opens or makes the database.
   *
   * @param path the database's file; its folder must exist
   * @throws io.vde.store.StoreUnavailableException when a newer version of this product wrote it,
   *     or it cannot be opened
   */
  public EmbeddedSessionStore(Path path) {
    file =
        new SqliteFile(
            path,
            1,
            List.of(
                """
                CREATE TABLE session (
                  id TEXT PRIMARY KEY, name TEXT NOT NULL, dataset TEXT NOT NULL, query TEXT NOT NULL,
                  query_vector BLOB NOT NULL, method TEXT NOT NULL, filter TEXT, model TEXT NOT NULL,
                  created_at INTEGER NOT NULL, revision INTEGER NOT NULL, positive INTEGER NOT NULL,
                  negative INTEGER NOT NULL, skipped INTEGER NOT NULL, can_undo INTEGER NOT NULL,
                  can_redo INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID""",
                "CREATE INDEX session_dataset ON session (dataset)",
                """
                CREATE TABLE entry (
                  session TEXT NOT NULL REFERENCES session (id) ON DELETE CASCADE,
                  revision INTEGER NOT NULL, kind TEXT NOT NULL, round INTEGER NOT NULL,
                  weights BLOB, at INTEGER NOT NULL,
                  PRIMARY KEY (session, revision))""",
                """
                CREATE TABLE mark (
                  session TEXT NOT NULL, revision INTEGER NOT NULL, position INTEGER NOT NULL,
                  image TEXT NOT NULL, verdict TEXT NOT NULL, vector BLOB,
                  PRIMARY KEY (session, revision, position),
                  FOREIGN KEY (session, revision)
                    REFERENCES entry (session, revision) ON DELETE CASCADE)"""));
  }

  @Override
  public void create(Session s) {
    file.write(
        c -> {
          try (PreparedStatement insert =
              c.prepareStatement(
                  "INSERT INTO session ("
                      + SESSION_COLUMNS
                      + ") VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)")) {
            insert.setString(1, s.id());
            insert.setString(2, s.name());
            insert.setString(3, s.dataset());
            insert.setString(4, s.query());
            insert.setBytes(5, bytes(s.queryVector()));
            insert.setString(6, s.method());
            insert.setString(7, s.filter());
            insert.setString(8, s.model());
            insert.setLong(9, s.createdAt().toEpochMilli());
            bindTally(insert, 10, s.tally());
            return insert.executeUpdate();
          }
        });
  }

  @Override
  public Optional<Session> find(String id) {
    return file.read(
        c -> {
          try (PreparedStatement select =
              c.prepareStatement("SELECT " + SESSION_COLUMNS + " FROM session WHERE id = ?")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
              return row.next() ? Optional.of(session(row)) : Optional.empty();
            }
          }
        });
  }

  @Override
  public Page<Session> list(int offset, int limit) {
    return file.read(
        c -> {
          List<Session> items = new ArrayList<>();
          // Ids are ULIDs: they sort by the time of creation.
          try (PreparedStatement select =
              c.prepareStatement(
                  "SELECT "
                      + SESSION_COLUMNS
                      + " FROM session ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?")) {
            select.setInt(1, limit);
            select.setInt(2, offset);
            try (ResultSet row = select.executeQuery()) {
              while (row.next()) {
                items.add(session(row));
              }
            }
          }
          return new Page<>(items, count(c, "SELECT count(*) FROM session", null));
        });
  }

  @Override
  public void rename(String id, String name, Instant at) {
    int changed =
        file.write(
            c -> {
              try (PreparedStatement update =
                  c.prepareStatement("UPDATE session SET name = ?, updated_at = ? WHERE id = ?")) {
                update.setString(1, name);
                update.setLong(2, at.toEpochMilli());
                update.setString(3, id);
                return update.executeUpdate();
              }
            });
    if (changed == 0) {
      throw new SessionNotFoundException(id);
    }
  }

  @Override
  public boolean delete(String id) {
    return file.write(c -> execute(c, "DELETE FROM session WHERE id = ?", id)) > 0;
  }

  @Override
  public long countOn(String dataset) {
    return file.read(c -> count(c, "SELECT count(*) FROM session WHERE dataset = ?", dataset));
  }

  @Override
  public void deleteOn(String dataset) {
    file.write(c -> execute(c, "DELETE FROM session WHERE dataset = ?", dataset));
  }

  @Override
  public void append(String id, LogEntry entry, Session.Tally tally) {
    file.write(
        c -> {
          long last = revision(c, id);
          if (entry.revision() != last + 1) {
            throw new RevisionConflictException(id, entry.revision());
          }
          try (PreparedStatement insert =
              c.prepareStatement("INSERT INTO entry VALUES (?,?,?,?,?,?)")) {
            insert.setString(1, id);
            insert.setLong(2, entry.revision());
            insert.setString(3, entry.kind().name());
            insert.setBoolean(4, entry.round());
            insert.setBytes(5, bytes(entry.weights()));
            insert.setLong(6, entry.at().toEpochMilli());
            insert.executeUpdate();
          }
          insertMarks(c, id, entry);
          try (PreparedStatement update =
              c.prepareStatement(
                  """
                  UPDATE session SET revision = ?, positive = ?, negative = ?, skipped = ?,
                    can_undo = ?, can_redo = ?, updated_at = ? WHERE id = ?""")) {
            bindTally(update, 1, tally);
            update.setString(8, id);
            return update.executeUpdate();
          }
        });
  }

  private static void insertMarks(Connection c, String id, LogEntry entry) throws SQLException {
    try (PreparedStatement insert = c.prepareStatement("INSERT INTO mark VALUES (?,?,?,?,?,?)")) {
      int position = 0;
      for (Mark mark : entry.marks()) {
        insert.setString(1, id);
        insert.setLong(2, entry.revision());
        insert.setInt(3, position++);
        insert.setString(4, mark.imageId());
        insert.setString(5, mark.verdict().name());
        insert.setBytes(6, bytes(mark.vector()));
        insert.executeUpdate();
      }
    }
  }

  @Override
  public List<LogEntry> log(String id) {
    return file.read(
        c -> {
          revision(c, id);
          List<LogEntry> log = new ArrayList<>();
          // One pass over both tables, in the order of their primary keys.
          try (PreparedStatement select =
              c.prepareStatement(
                  """
                  SELECT e.revision, e.kind, e.round, e.at, m.image, m.verdict, m.vector
                  FROM entry e LEFT JOIN mark m ON m.session = e.session AND m.revision = e.revision
                  WHERE e.session = ? ORDER BY e.revision, m.position""")) {
            select.setString(1, id);
            try (ResultSet row = select.executeQuery()) {
              boolean more = row.next();
              while (more) {
                long revision = row.getLong(1);
                Kind kind = Kind.valueOf(row.getString(2));
                boolean round = row.getBoolean(3);
                Instant at = Instant.ofEpochMilli(row.getLong(4));
                List<Mark> marks = new ArrayList<>();
                do {
                  String image = row.getString(5);
                  if (image != null) {
                    marks.add(
                        new Mark(
                            image, Verdict.valueOf(row.getString(6)), floats(row.getBytes(7))));
                  }
                  more = row.next();
                } while (more && row.getLong(1) == revision);
                log.add(new LogEntry(revision, kind, marks, round, null, at));
              }
            }
          }
          return log;
        });
  }

  @Override
  public float[] weights(String id, long revision) {
    return file.read(
        c -> {
          try (PreparedStatement select =
              c.prepareStatement("SELECT weights FROM entry WHERE session = ? AND revision = ?")) {
            select.setString(1, id);
            select.setLong(2, revision);
            try (ResultSet row = select.executeQuery()) {
              if (!row.next()) {
                throw new SessionNotFoundException(id);
              }
              return floats(row.getBytes(1));
            }
          }
        });
  }

  @Override
  public String unavailableReason() {
    return file.unavailableReason();
  }

  @Override
  public void close() {
    file.close();
  }

  private static long revision(Connection c, String id) throws SQLException {
    try (PreparedStatement select =
        c.prepareStatement("SELECT revision FROM session WHERE id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new SessionNotFoundException(id);
        }
        return row.getLong(1);
      }
    }
  }

  private static long count(Connection c, String sql, String argument) throws SQLException {
    try (PreparedStatement select = c.prepareStatement(sql)) {
      if (argument != null) {
        select.setString(1, argument);
      }
      try (ResultSet row = select.executeQuery()) {
        return row.getLong(1);
      }
    }
  }

  private static int execute(Connection c, String sql, String argument) throws SQLException {
    try (PreparedStatement statement = c.prepareStatement(sql)) {
      statement.setString(1, argument);
      return statement.executeUpdate();
    }
  }

  private static void bindTally(PreparedStatement statement, int first, Session.Tally tally)
      throws SQLException {
    statement.setLong(first, tally.revision());
    statement.setInt(first + 1, tally.positive());
    statement.setInt(first + 2, tally.negative());
    statement.setInt(first + 3, tally.skipped());
    statement.setBoolean(first + 4, tally.canUndo());
    statement.setBoolean(first + 5, tally.canRedo());
    statement.setLong(first + 6, tally.updatedAt().toEpochMilli());
  }

  private static Session session(ResultSet row) throws SQLException {
    return new Session(
        row.getString(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        floats(row.getBytes(5)),
        row.getString(6),
        row.getString(7),
        row.getString(8),
        Instant.ofEpochMilli(row.getLong(9)),
        new Session.Tally(
            row.getLong(10),
            row.getInt(11),
            row.getInt(12),
            row.getInt(13),
            row.getBoolean(14),
            row.getBoolean(15),
            Instant.ofEpochMilli(row.getLong(16))));
  }

  /** Little-endian float32, the same on every machine. */
  private static byte[] bytes(float[] vector) {
    if (vector == null) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.allocate(vector.length * Float.BYTES);
    buffer.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(vector);
    return buffer.array();
  }

  private static float[] floats(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
