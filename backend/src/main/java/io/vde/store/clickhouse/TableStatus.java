package io.vde.store.clickhouse;

import io.vde.store.DatasetStatus;

/** What a dataset's table holds at this moment, and how its vector index is. */
record TableStatus(Database database, Ddl ddl, VectorIndex index) {
  /** Counts its images and asks for its size and index. */
  DatasetStatus of(ImageTable table) {
    long images =
        database.number(
            Statement.select(
                "SELECT count() FROM " + table.newest() + " WHERE " + table.present()));
    String stored =
        table.isOurs() ? ddl.tables(table.dataset().name()).getFirst() : table.mapping().table();
    long bytes =
        database
            .row(
                "SELECT ifNull(toInt64(sum(total_bytes)), -1) AS bytes FROM %s WHERE database = %s AND name = %s"
                    .formatted(
                        table.isOurs() ? ddl.ofAllShards("system.tables") : "system.tables",
                        Sql.string(database.config().database()),
                        Sql.string(stored)))
            .map(row -> row.integer("bytes"))
            .orElse(-1L);
    VectorIndex.State state = index.of(table);
    return new DatasetStatus(table.dataset(), images, bytes, state.state(), state.reason());
  }
}
