package io.vde.store.embedded;

import io.vde.store.StorageFullException;
import io.vde.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * An SQLite database with one thread that writes and one that reads: SQLite allows one writer, and
 * readers of a write-ahead log do not wait for it.
 */
final class SqliteFile implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SqliteFile.class);
  private static final int QUEUE = 1024;

  /** Bytes; with less room than a few pages of log need, an I/O error is a full disk. */
  private static final long LEAST_ROOM = 1 << 20;

  private final Path path;
  private final Lane writer;
  private final Lane reader;

  /** Work on a connection; checked exceptions are SQLite's. */
  interface Work<T> {
    T apply(Connection connection) throws SQLException;
  }

  /**
   * @param formatVersion kept in the file; a file with a newer one is refused
   * @param schema statements that make an empty file into one of that version
   */
  SqliteFile(Path path, int formatVersion, List<String> schema) {
    this.path = path;
    Connection first = null;
    try {
      first = connect();
      prepare(first, formatVersion, schema);
      writer = new Lane("sqlite-write", path, first);
      reader = new Lane("sqlite-read", path, connect());
    } catch (SQLException e) {
      close(first, path);
      throw translated(e, path);
    } catch (RuntimeException e) {
      close(first, path);
      throw e;
    }
  }

  private Connection connect() throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    // FULL: the log is synced before a commit returns.
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.enforceForeignKeys(true);
    config.setBusyTimeout(10_000);
    return config.createConnection("jdbc:sqlite:" + path);
  }

  private void prepare(Connection c, int formatVersion, List<String> schema) throws SQLException {
    transaction(
        c,
        "BEGIN IMMEDIATE",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            int found = statement.executeQuery("PRAGMA user_version").getInt(1);
            if (found > formatVersion) {
              throw new StoreUnavailableException(
                  "%s has format %d; this version reads up to format %d"
                      .formatted(path.getFileName(), found, formatVersion),
                  null);
            }
            if (found == 0) {
              for (String sql : schema) {
                statement.executeUpdate(sql);
              }
              statement.executeUpdate("PRAGMA user_version = " + formatVersion);
            }
            return found;
          }
        });
  }

  /** Runs the work in one transaction, durable on return. */
  <T> T write(Work<T> work) {
    return writer.call(c -> transaction(c, "BEGIN IMMEDIATE", work));
  }

  /** Runs the work on a snapshot. */
  <T> T read(Work<T> work) {
    return reader.call(c -> transaction(c, "BEGIN", work));
  }

  /**
   * The driver's own transactions lose count when SQLite rolls back by itself, as on a full disk;
   * so they are begun and ended here.
   */
  private static <T> T transaction(Connection c, String begin, Work<T> work) throws SQLException {
    try (Statement statement = c.createStatement()) {
      statement.execute(begin);
      try {
        T result = work.apply(c);
        statement.execute("COMMIT");
        return result;
      } catch (SQLException | RuntimeException e) {
        rollBack(statement, e);
        throw e;
      }
    }
  }

  private static void rollBack(Statement statement, Exception cause) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // SQLite has rolled back by itself.
      cause.addSuppressed(e);
    }
  }

  String unavailableReason() {
    try {
      read(
          c -> {
            try (Statement statement = c.createStatement()) {
              return statement.executeQuery("SELECT count(*) FROM sqlite_schema").getInt(1);
            }
          });
      return null;
    } catch (StoreUnavailableException e) {
      return e.getMessage();
    }
  }

  @Override
  public void close() {
    reader.close();
    writer.close();
  }

  private static void close(Connection connection, Path path) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw translated(e, path);
      }
    }
  }

  private static RuntimeException translated(SQLException e, Path path) {
    if (full(e, path)) {
      return new StorageFullException("There is no room left on the disk for sessions", e);
    }
    LOG.warn("The session database cannot be used", e);
    return new StoreUnavailableException("The session database cannot be used now", e);
  }

  /** SQLite reports a full disk as FULL, or as an I/O error of whichever call met it. */
  private static boolean full(SQLException e, Path path) {
    if (!(e instanceof SQLiteException sqlite)) {
      return false;
    }
    if (sqlite.getResultCode() == SQLiteErrorCode.SQLITE_FULL) {
      return true;
    }
    try {
      return sqlite.getResultCode().name().startsWith("SQLITE_IOERR")
          && Files.getFileStore(path).getUsableSpace() < LEAST_ROOM;
    } catch (IOException unknown) {
      return false;
    }
  }

  /** One connection and the one thread that uses it. */
  private static final class Lane {
    private final Path path;
    private final Connection connection;
    private final ThreadPoolExecutor thread;

    Lane(String name, Path path, Connection connection) {
      this.path = path;
      this.connection = connection;
      thread =
          new ThreadPoolExecutor(
              1,
              1,
              0,
              TimeUnit.SECONDS,
              new ArrayBlockingQueue<>(QUEUE),
              Thread.ofPlatform().daemon().name(name).factory());
    }

    <T> T call(Work<T> work) {
      Future<T> future = thread.submit(() -> work.apply(connection));
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return future.get();
          } catch (InterruptedException e) {
            // A write in flight cannot be taken back: wait for its outcome, then say so.
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        switch (e.getCause()) {
          case SQLException sql -> throw translated(sql, path);
          case RuntimeException fault -> throw fault;
          case Error error -> throw error;
          default -> throw new IllegalStateException(e.getCause());
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    void close() {
      thread.shutdown();
      try {
        thread.awaitTermination(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      SqliteFile.close(connection, path);
    }
  }
}
