package io.vde.store.clickhouse;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A statement and what goes with it to the server.
 *
 * @param data rows of an INSERT, in pieces; null for other statements
 * @param tables external tables of ids, by name
 * @param settings settings of this statement alone
 * @param repeatable whether it may be sent again when the answer was lost
 * @param streamed whether rows are sent as they are found; otherwise the server holds the answer
 *     back until it is sure of it
 * @param timeout null: the configured one
 */
record Statement(
    String sql,
    Iterable<ByteBuffer> data,
    Map<String, byte[]> tables,
    Map<String, String> settings,
    boolean repeatable,
    boolean streamed,
    Duration timeout) {

  /** A SELECT. */
  static Statement select(String sql) {
    return new Statement(sql, null, Map.of(), Map.of(), true, false, null);
  }

  /** A statement without an answer that may be sent twice. */
  static Statement repeatable(String sql) {
    return select(sql);
  }

  /** An INSERT of rows that carry a version or a token, so that it may be sent twice. */
  static Statement insert(String table, Iterable<ByteBuffer> rows) {
    return new Statement(
        "INSERT INTO " + table + " FORMAT " + RowWriter.FORMAT,
        rows,
        Map.of(),
        Map.of(),
        true,
        false,
        null);
  }

  /** The same, of rows that are written already. */
  static Statement insert(String table, RowWriter rows) {
    return insert(table, List.of(ByteBuffer.wrap(rows.toBytes())));
  }

  /** The same with something before it. */
  Statement behind(String prefix) {
    return new Statement(prefix + sql, data, tables, settings, repeatable, streamed, timeout);
  }

  /** Not to be sent again: a second time would add to the first. */
  Statement once() {
    return new Statement(sql, data, tables, settings, false, streamed, timeout);
  }

  Statement with(String setting, String value) {
    Map<String, String> more = new LinkedHashMap<>(settings);
    more.put(setting, value);
    return new Statement(sql, data, tables, more, repeatable, streamed, timeout);
  }

  /** With a table of one column, {@code id}, to be used in IN. */
  Statement withIds(String name, Collection<String> ids) {
    Map<String, byte[]> more = new LinkedHashMap<>(tables);
    RowWriter rows = new RowWriter();
    ids.forEach(rows::string);
    more.put(name, rows.toBytes());
    return new Statement(sql, data, more, settings, repeatable, streamed, timeout);
  }

  /** Streamed, with a limit of its own. */
  Statement streamed(Duration limit) {
    return new Statement(sql, data, tables, settings, repeatable, true, limit);
  }
}
