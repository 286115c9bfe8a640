package io.vde.store.clickhouse;

import io.vde.store.DatasetReadOnlyException;
import io.vde.store.ImageChecks;
import io.vde.store.ImageRecord;
import io.vde.store.clickhouse.RowReader.Row;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Adds, replaces and deletes images. In a table of ours each is one insert of new versions, so it
 * is all or nothing and may be sent twice; on a cluster each shard takes its part of the insert on
 * its own, so that a fault can leave some parts and not others until the call is repeated. Somebody
 * else's table has no column that tells an old row from a new one: there, rows are deleted and then
 * inserted, so that a fault between the two loses the images that were to be replaced, and two that
 * replace the same image at once double it.
 */
final class ImageWrites {
  /** How long what is known of a table's versions is good for. */
  private static final long KEPT = Duration.ofMinutes(1).toNanos();

  private final Database database;

  /** When the highest version of a table was last read. */
  private final Map<String, Long> read = new ConcurrentHashMap<>();

  ImageWrites(Database database) {
    this.database = database;
  }

  /** Inserts or replaces images. */
  void upsert(ImageTable table, List<ImageRecord> images) {
    checkWritable(table);
    List<ImageRecord> checked = ImageChecks.checkAll(images, table.dataset().dimension());
    if (checked.isEmpty()) {
      return;
    }
    if (!table.isOurs()) {
      // Only what is there: images that are new are at no risk when the insert fails.
      remove(table, there(table, checked.stream().map(ImageRecord::id).toList()).keySet());
    }
    Rows rows = table.rows(checked, versions(table, checked.size()));
    Statement insert = Statement.insert(table.columnsOf(), rows);
    database.insert(table.isOurs() ? insert : insert.once());
  }

  /**
   * Versions for rows, beyond those that the table has: a clock that was set back, or rows that
   * came from another server, must not hide what is written now.
   */
  private long versions(ImageTable table, int count) {
    Long last = read.get(table.name());
    long now = System.nanoTime();
    if (table.isOurs() && (last == null || now - last > KEPT)) {
      database
          .versions()
          .beyond(database.number(Statement.select("SELECT max(version) FROM " + table.name())));
      read.put(table.name(), now);
    }
    return database.versions().next(count);
  }

  /** Deletes images and says how many there were. */
  int delete(ImageTable table, Set<String> ids) {
    checkWritable(table);
    Map<String, Long> there = there(table, ids);
    if (there.isEmpty()) {
      return 0;
    }
    if (table.isOurs()) {
      // Beyond what it deletes, although another node's idea of the time may be ahead of ours.
      long version = database.versions().beyond(Collections.max(there.values()));
      Rows rows = table.tombstones(List.copyOf(there.keySet()), version);
      database.insert(Statement.insert(table.columnsOf(), rows));
    } else {
      remove(table, there.keySet());
    }
    return there.size();
  }

  /** Which of the images there are, with the versions of a table of ours. */
  private Map<String, Long> there(ImageTable table, Collection<String> ids) {
    Map<String, Long> there = new LinkedHashMap<>();
    if (!ids.isEmpty()) {
      String sql =
          "SELECT %s AS id, %s AS version FROM %s WHERE %s AND %s IN %s"
              .formatted(
                  table.id(),
                  table.isOurs() ? "version" : "toUInt64(0)",
                  table.newest(),
                  table.present(),
                  table.id(),
                  Ids.set(ids));
      for (Row row : database.rows(Ids.with(Statement.select(sql), ids))) {
        there.put(row.string("id"), row.integer("version"));
      }
    }
    return there;
  }

  /** Deletes rows of somebody else's table, and waits until they are gone. */
  private void remove(ImageTable table, Collection<String> ids) {
    if (ids.isEmpty()) {
      return;
    }
    database.execute(
        Statement.repeatable(
                "ALTER TABLE %s DELETE WHERE %s IN %s"
                    .formatted(table.name(), table.id(), Sql.strings(ids)))
            .with("mutations_sync", "2"));
  }

  private static void checkWritable(ImageTable table) {
    if (!table.writable()) {
      throw new DatasetReadOnlyException(table.dataset().name());
    }
  }
}
