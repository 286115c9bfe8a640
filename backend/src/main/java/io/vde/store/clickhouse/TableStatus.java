package io.vde.store.clickhouse;

import io.vde.store.DatasetStatus;
import io.vde.store.DatasetStatus.IndexState;
import io.vde.store.clickhouse.RowReader.Row;
import java.util.List;
import java.util.Optional;

/** What a dataset's table holds at this moment, and how its vector index is. */
record TableStatus(Database database) {
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
    IndexState state = IndexState.READY;
    String reason = null;
    for (Row index : indexStatus(stored)) {
      switch (index.string("status")) {
        case "Built" -> {}
        case "Error" -> {
          state = IndexState.FAILED;
          reason = index.string("latest_fail_reason");
        }
        default -> {
          if (state == IndexState.READY) {
            state = IndexState.BUILDING;
            reason = "The vector index is being built";
          }
        }
      }
    }
    return new DatasetStatus(table.dataset(), images, bytes, state, reason);
  }

  private List<Row> indexStatus(String table) {
    Optional<String> cluster = database.config().cluster();
    return database
        .dialect()
        .indexStatus(
            database.config().database(), cluster.isPresent() ? table + Ddl.LOCAL : table, cluster)
        .map(database::rows)
        .orElse(List.of());
  }
}
