package io.vde.store.clickhouse;

import io.vde.store.DatasetReadOnlyException;
import io.vde.store.ImageChecks;
import io.vde.store.ImageRecord;
import io.vde.store.clickhouse.RowReader.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * Adds, replaces and deletes images. In a table of ours each is one insert of new versions, so it
 * is all or nothing and may be sent twice; in somebody else's, rows are deleted and inserted.
 */
final class ImageWrites {
  private final Database database;

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
      remove(table, checked.stream().map(ImageRecord::id).toList());
    }
    RowWriter rows = table.rows(checked, database.versions().next(checked.size()));
    Statement insert = Statement.insert(table.columnsOf(), rows);
    database.insert(table.isOurs() ? insert : insert.once());
  }

  /** Deletes images and says how many there were. */
  int delete(ImageTable table, Set<String> ids) {
    checkWritable(table);
    if (ids.isEmpty()) {
      return 0;
    }
    List<String> there = new ArrayList<>();
    String sql =
        "SELECT %s AS id FROM %s WHERE %s AND %s IN %s"
            .formatted(table.id(), table.newest(), table.present(), table.id(), Ids.set(ids));
    for (Row row : database.rows(Ids.with(Statement.select(sql), ids))) {
      there.add(row.string("id"));
    }
    if (there.isEmpty()) {
      return 0;
    }
    if (table.isOurs()) {
      RowWriter rows = table.tombstones(there, database.versions().next(1));
      database.insert(Statement.insert(table.columnsOf(), rows));
    } else {
      remove(table, there);
    }
    return there.size();
  }

  /** Deletes rows of somebody else's table, and waits until they are gone. */
  private void remove(ImageTable table, Collection<String> ids) {
    database.rows(
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
