package io.vde.store.clickhouse;

import io.vde.store.Dataset;
import java.util.List;
import java.util.Optional;

/** The statements that make and remove a dataset's tables, on one server or on a cluster. */
final class Ddl {
  /** Ends the name of a shard's own table; no dataset's name can end so. */
  static final String LOCAL = ".local";

  private final ClickHouseConfig config;
  private final Dialect dialect;

  Ddl(ClickHouseConfig config, Dialect dialect) {
    this.config = config;
    this.dialect = dialect;
  }

  /** Makes the tables of a dataset. All may be sent twice. */
  List<String> create(Dataset dataset, String comment) {
    String columns = ImageTable.definition(dataset.dimension());
    String table = table(dataset.name());
    if (config.cluster().isEmpty()) {
      return List.of(
          "CREATE TABLE IF NOT EXISTS %s %s ENGINE = ReplacingMergeTree(version) ORDER BY id COMMENT %s"
              .formatted(table, columns, Sql.string(comment)));
    }
    String local = table(dataset.name() + LOCAL);
    // All versions of an image lie on one shard, so that each shard can tell which is the newest.
    return List.of(
        "CREATE TABLE IF NOT EXISTS %s%s %s ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version) ORDER BY id"
            .formatted(local, onCluster(), columns),
        "CREATE TABLE IF NOT EXISTS %s%s AS %s ENGINE = Distributed(%s, %s, %s, cityHash64(id)) COMMENT %s"
            .formatted(
                table,
                onCluster(),
                local,
                Sql.name(config.cluster().get()),
                Sql.string(config.database()),
                Sql.string(dataset.name() + LOCAL),
                Sql.string(comment)));
  }

  /** Adds the vector index, where one is configured. */
  Optional<String> addIndex(Dataset dataset) {
    String indexed = config.cluster().isEmpty() ? dataset.name() : dataset.name() + LOCAL;
    return dialect
        .indexType(config)
        .map(type -> dialect.addIndex(table(indexed) + onCluster(), type, dataset.dimension()));
  }

  /** Removes the tables of a dataset. All may be sent twice. */
  List<String> drop(String name) {
    String drop = "DROP TABLE IF EXISTS %s%s SYNC";
    return config.cluster().isEmpty()
        ? List.of(drop.formatted(table(name), ""))
        : List.of(
            drop.formatted(table(name), onCluster()),
            drop.formatted(table(name + LOCAL), onCluster()));
  }

  /** The engine of a table that every server of a cluster has whole. */
  String replicated(String engine, String arguments) {
    return config.cluster().isEmpty()
        ? engine + "(" + arguments + ")"
        : "Replicated%s('/clickhouse/tables/{uuid}', '{shard}-{replica}'%s)"
            .formatted(engine, arguments.isEmpty() ? "" : ", " + arguments);
  }

  String onCluster() {
    return config.cluster().map(c -> " ON CLUSTER " + Sql.name(c)).orElse("");
  }

  String table(String name) {
    return Sql.name(config.database()) + "." + Sql.name(name);
  }
}
