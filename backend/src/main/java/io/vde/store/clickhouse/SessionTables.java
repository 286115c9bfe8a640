package io.vde.store.clickhouse;

import io.vde.store.StoreUnavailableException;
import io.vde.store.clickhouse.RowReader.Row;
import io.vde.store.clickhouse.RowWriter.Column;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The two tables of the sessions: who they are, newest version wins, and the log of them all, to
 * which rows are only added. On a cluster every server has both whole.
 */
final class SessionTables {
  private static final int FORMAT = 1;

  static final List<Column> SESSION =
      List.of(
          new Column("id", "String"),
          new Column("name", "String"),
          new Column("dataset", "String"),
          new Column("query", "String"),
          new Column("query_vector", "Array(Float32)"),
          new Column("method", "String"),
          new Column("filter", "String"),
          new Column("model", "String"),
          new Column("created_at", "Int64"),
          new Column("updated_at", "Int64"),
          new Column("version", "UInt64"),
          new Column("deleted", "UInt8"));

  static final List<Column> LOG =
      List.of(
          new Column("session", "String"),
          new Column("revision", "UInt64"),
          new Column("sequence", "UInt64"),
          new Column("append", "String"),
          new Column("kind", "String"),
          new Column("round", "UInt8"),
          new Column("weights", "Array(Float32)"),
          new Column("images", "Array(String)"),
          new Column("verdicts", "Array(String)"),
          new Column("vectors", "Array(Array(Float32))"),
          new Column("at", "Int64"),
          new Column("positive", "UInt32"),
          new Column("negative", "UInt32"),
          new Column("skipped", "UInt32"),
          new Column("can_undo", "UInt8"),
          new Column("can_redo", "UInt8"),
          new Column("updated_at", "Int64"));

  private final Database database;
  private final Ddl ddl;
  private volatile boolean made;

  SessionTables(Database database) {
    this.database = database;
    ddl = new Ddl(database.config(), database.dialect());
  }

  /** The table of sessions, made if need be. */
  String sessions() {
    make();
    return database.table("_vde_sessions");
  }

  /** The table of log entries, made if need be. */
  String log() {
    make();
    return database.table("_vde_log");
  }

  /** A SELECT that sees what any node was told is written. */
  Statement select(String sql) {
    Statement select = Statement.select(sql);
    return database.config().cluster().isPresent()
        ? select.with("select_sequential_consistency", "1")
        : select;
  }

  /**
   * Inserts rows, and waits until most servers have them. One insert after another: only then does
   * {@code select_sequential_consistency} show every one that was acknowledged.
   */
  void insert(Statement insert) {
    database.insert(
        database.config().cluster().isPresent()
            ? insert.with("insert_quorum", "auto").with("insert_quorum_parallel", "0")
            : insert);
  }

  /** The statements that make both; all may be sent twice. */
  List<String> definitions() {
    return List.of(
        definition(
            "_vde_sessions",
            SESSION,
            ddl.replicated("_vde_sessions", "ReplacingMergeTree", "version"),
            "id",
            ""),
        // The window makes tokens count on a server without replication, too. The limits let many
        // small parts wait for their merge, and slow writers down rather than turn them away.
        // A label is synced to the disk before it is acknowledged. Replicas forget tokens by time,
        // too: within an hour, unless told otherwise.
        definition(
            "_vde_log",
            LOG,
            ddl.replicated("_vde_log", "MergeTree", ""),
            "(session, revision)",
            (database.config().cluster().isPresent()
                    ? "replicated_deduplication_window = 10000"
                        + ", replicated_deduplication_window_seconds = 604800"
                    : "non_replicated_deduplication_window = 10000")
                + ", parts_to_delay_insert = 1000, parts_to_throw_insert = 10000"
                + ", fsync_after_insert = 1, fsync_part_directory = 1"));
  }

  private String definition(
      String name, List<Column> columns, String engine, String order, String settings) {
    StringBuilder sql = new StringBuilder("CREATE TABLE IF NOT EXISTS ");
    sql.append(database.table(name)).append(ddl.onCluster()).append(" (");
    sql.append(
        columns.stream()
            .map(column -> column.name() + " " + column.type())
            .collect(Collectors.joining(", ")));
    sql.append(") ENGINE = ").append(engine).append(" ORDER BY ").append(order);
    if (!settings.isEmpty()) {
      sql.append(" SETTINGS ").append(settings);
    }
    return sql.append(" COMMENT '{\"vde\":").append(FORMAT).append("}'").toString();
  }

  private void make() {
    if (made) {
      return;
    }
    definitions().forEach(database::execute);
    for (Row row :
        database.rows(
            "SELECT comment FROM system.tables WHERE database = %s AND name IN ('_vde_sessions', '_vde_log')"
                .formatted(Sql.string(database.config().database())))) {
      String format = row.string("comment").replaceAll("\\D", "");
      if (!format.equals("" + FORMAT)) {
        throw new StoreUnavailableException(
            "The sessions have format %s; this version reads format %d".formatted(format, FORMAT),
            null);
      }
    }
    made = true;
  }
}
