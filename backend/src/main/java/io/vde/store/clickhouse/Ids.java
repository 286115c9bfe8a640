package io.vde.store.clickhouse;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Sets of ids in a statement: written out, as people write them, or, when there are many, as a
 * table that travels beside the statement and has no limit of length.
 */
final class Ids {
  private static final String TABLE = "ids";
  private static final int LITERAL_CHARACTERS = 100_000;

  /** Servers take addresses of 1 MiB; the parameters beside the statement need some of it. */
  private static final int ADDRESS_CHARACTERS = 1_000_000;

  private Ids() {}

  /** What comes after IN. */
  static String set(Collection<String> ids) {
    return written(ids) ? Sql.strings(ids) : "(SELECT id FROM " + TABLE + ")";
  }

  /** The statement with the table that {@link #set} of the same ids needs. */
  static Statement with(Statement statement, Collection<String> ids) {
    if (written(ids)) {
      return statement;
    }
    // Beside a table the statement has to go into the address. What is too long for one goes into
    // the body, and takes the ids with it.
    return fitsAddress(statement.sql())
        ? statement.withIds(TABLE, ids)
        : statement.behind(
            "WITH %s AS (SELECT arrayJoin(%s) AS id) ".formatted(TABLE, Sql.array(ids)));
  }

  private static boolean fitsAddress(String sql) {
    return sql.length() <= ADDRESS_CHARACTERS
        && URLEncoder.encode(sql, StandardCharsets.UTF_8).length() <= ADDRESS_CHARACTERS;
  }

  private static boolean written(Collection<String> ids) {
    return ids.stream().mapToLong(id -> id.length() + 3L).sum() <= LITERAL_CHARACTERS;
  }

  /** An id as the database compares it. */
  static byte[] bytes(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }
}
