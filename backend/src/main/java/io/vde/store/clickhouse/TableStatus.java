package io.vde.store.clickhouse;

import io.vde.store.DatasetStatus;

/** What a dataset's table holds at this moment, and how its vector index is. */
record TableStatus(Database database, VectorIndex index) {
  /** Counts its images and asks for its size and index. */
  DatasetStatus of(ImageTable table) {
    long images =
        database.number(
            Statement.select(
                "SELECT count() FROM " + table.newest() + " WHERE " + table.present()));
    String stored = table.isOurs() ? table.dataset().name() : table.mapping().table();
    long bytes =
        database
            .row(
                "SELECT ifNull(toInt64(total_bytes), -1) AS bytes FROM system.tables WHERE database = %s AND name = %s"
                    .formatted(Sql.string(database.config().database()), Sql.string(stored)))
            .map(row -> row.integer("bytes"))
            .orElse(-1L);
    VectorIndex.State state = index.of(table);
    return new DatasetStatus(table.dataset(), images, bytes, state.state(), state.reason());
  }
}
