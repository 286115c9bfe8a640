package io.vde.store.clickhouse;

import java.nio.charset.StandardCharsets;
import java.util.Collection;

/**
 * Sets of ids in a statement: written out, as people write them, or, when there are many, as a
 * table that travels beside the statement and has no limit of length.
 */
final class Ids {
  private static final String TABLE = "ids";
  private static final int LITERAL_CHARACTERS = 100_000;

  private Ids() {}

  /** What comes after IN. */
  static String set(Collection<String> ids) {
    return written(ids) ? Sql.strings(ids) : "(SELECT id FROM " + TABLE + ")";
  }

  /** The statement with the table that {@link #set} of the same ids needs. */
  static Statement with(Statement statement, Collection<String> ids) {
    return written(ids) ? statement : statement.withIds(TABLE, ids);
  }

  private static boolean written(Collection<String> ids) {
    return ids.stream().mapToLong(id -> id.length() + 3L).sum() <= LITERAL_CHARACTERS;
  }

  /** An id as the database compares it. */
  static byte[] bytes(String id) {
    return id.getBytes(StandardCharsets.UTF_8);
  }
}
