package io.vde.store.clickhouse;

import io.vde.store.Dataset;
import io.vde.store.DatasetStatus.IndexState;
import io.vde.store.clickhouse.RowReader.Row;
import java.util.List;
import java.util.Optional;

/**
 * The vector index of a dataset: added after its table is made, so that a fault between the two can
 * leave a table without one. Then it is found missing, and added, when its state is asked for.
 */
final class VectorIndex {
  private final Database database;
  private final Ddl ddl;

  /**
   * How an index is.
   *
   * @param reason null when it is ready
   */
  record State(IndexState state, String reason) {
    private static final State READY = new State(IndexState.READY, null);
    private static final State BUILDING =
        new State(IndexState.BUILDING, "The vector index is being built");
  }

  VectorIndex(Database database) {
    this.database = database;
    ddl = new Ddl(database.config(), database.dialect());
  }

  /** Adds the index that is configured, if there is one; it may be there already. */
  void add(Dataset dataset) {
    Optional<String> sql = ddl.addIndex(dataset);
    if (sql.isPresent()) {
      try {
        database.execute(sql.get());
      } catch (ServerFault fault) {
        // The first answer may have been lost: then the name is taken, by this very index.
        if (status(ddl.tables(dataset.name()).getFirst()).isEmpty()) {
          throw fault;
        }
      }
    }
  }

  /** The state of the index, which is mended when it is missing. */
  State of(ImageTable table) {
    if (!table.isOurs()) {
      return ofMapped(table.mapping());
    }
    return database.dialect().indexType(database.config()).isPresent()
        ? ofOurs(table.dataset())
        : State.READY;
  }

  private State ofOurs(Dataset dataset) {
    List<Row> rows = status(ddl.tables(dataset.name()).getFirst());
    if (!rows.isEmpty()) {
      return state(rows);
    }
    try {
      add(dataset);
      return State.BUILDING;
    } catch (ServerFault fault) {
      if (fault.code() == ServerFault.UNKNOWN_TABLE) {
        throw fault;
      }
      return new State(
          IndexState.FAILED,
          "The vector index is missing and cannot be added: " + fault.translated().getMessage());
    }
  }

  /** The index of somebody else's table is theirs to add. A cluster's lies on tables unknown. */
  private State ofMapped(ClickHouseConfig.Mapping mapping) {
    // The mapping tells of MyScale's index only.
    boolean indexed = mapping.indexed() && database.dialect() == Dialect.MYSCALE;
    List<Row> rows = indexed ? status(mapping.table()) : List.of();
    return rows.isEmpty() && indexed && database.config().cluster().isEmpty()
        ? new State(IndexState.FAILED, "The vector index is missing")
        : state(rows);
  }

  private static State state(List<Row> replicas) {
    State state = State.READY;
    for (Row replica : replicas) {
      switch (replica.string("status")) {
        case "Built" -> {}
        case "Error" -> {
          return new State(IndexState.FAILED, replica.string("latest_fail_reason"));
        }
        default -> state = State.BUILDING;
      }
    }
    return state;
  }

  private List<Row> status(String table) {
    return database.rows(
        database
            .dialect()
            .indexStatus(database.config().database(), table, database.config().cluster()));
  }
}
