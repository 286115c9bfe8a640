package io.vde.store.clickhouse;

import io.vde.store.Dataset;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The statements that make and remove a dataset's tables, on one server or on a cluster. */
final class Ddl {
  /** Ends the name of a shard's own table; no dataset's name can end so. */
  static final String LOCAL = ".local";

  /** The table whose comment says which database this is. */
  static final String IDENTITY = "_vde_store";

  private final ClickHouseConfig config;
  private final Dialect dialect;

  Ddl(ClickHouseConfig config, Dialect dialect) {
    this.config = config;
    this.dialect = dialect;
  }

  /**
   * Makes the tables of a dataset. All may be sent twice.
   *
   * @param settings what tables can be told, of those that the server knows
   */
  List<String> create(Dataset dataset, String comment, Set<String> settings) {
    String end =
        dialect
                .metricSetting()
                .filter(settings::contains)
                .map(name -> " SETTINGS " + name + " = 'Cosine'")
                .orElse("")
            + " COMMENT "
            + Sql.string(comment);
    String columns = ImageTable.definition(dataset.dimension());
    String table = table(dataset.name());
    if (config.cluster().isEmpty()) {
      return List.of(
          "CREATE TABLE IF NOT EXISTS %s %s ENGINE = ReplacingMergeTree(version) ORDER BY id%s"
              .formatted(table, columns, end));
    }
    String local = table(dataset.name() + LOCAL);
    // All versions of an image lie on one shard, so that each shard can tell which is the newest.
    return List.of(
        "CREATE TABLE IF NOT EXISTS %s%s %s ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', version) ORDER BY id%s"
            .formatted(local, onCluster(), columns, end),
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
    String indexed = table(tables(dataset.name()).getFirst()) + onCluster();
    return dialect
        .indexType(config)
        .map(type -> dialect.addIndex(indexed, type, dataset.dimension()));
  }

  /**
   * Removes the tables of a dataset. All may be sent twice. The images go first: as long as the
   * table over them is there, so is the dataset, and the rest can be removed by another try.
   */
  List<String> drop(String name) {
    return tables(name).stream()
        .map(table -> "DROP TABLE IF EXISTS %s%s SYNC".formatted(table(table), onCluster()))
        .toList();
  }

  /** The names of a dataset's tables, the one with the images first. */
  List<String> tables(String name) {
    return config.cluster().isEmpty() ? List.of(name) : List.of(name + LOCAL, name);
  }

  /**
   * The engine of a table that every server of a cluster has whole. Its path is the same at
   * whatever time a server joins; with {@code {uuid}} one that joins later would have a table of
   * its own.
   */
  String replicated(String table, String engine, String arguments) {
    return config.cluster().isEmpty()
        ? engine + "(" + arguments + ")"
        : "Replicated%s('/clickhouse/tables/{database}/%s', '{shard}-{replica}'%s)"
            .formatted(engine, table, arguments.isEmpty() ? "" : ", " + arguments);
  }

  /** A table of the system as one replica of each shard has it. */
  String ofAllShards(String table) {
    return config.cluster().map(c -> "cluster(%s, %s)".formatted(Sql.name(c), table)).orElse(table);
  }

  /**
   * A dataset's table as it is on all replicas: what any of them was told is in it, and a replica
   * that cannot be asked is a fault.
   */
  String everywhere(String dataset, String table) {
    return config
        .cluster()
        .map(c -> "clusterAllReplicas(%s, %s)".formatted(Sql.name(c), table(dataset + LOCAL)))
        .orElse(table);
  }

  /** Makes the table without rows whose comment says which database this is. */
  String createIdentity(String comment) {
    return "CREATE TABLE IF NOT EXISTS %s%s (id String) ENGINE = MergeTree ORDER BY id COMMENT %s"
        .formatted(table(IDENTITY), onCluster(), Sql.string(comment));
  }

  String onCluster() {
    return config.cluster().map(c -> " ON CLUSTER " + Sql.name(c)).orElse("");
  }

  /** The quoted name of a table in the configured database. */
  String table(String name) {
    return Sql.name(config.database()) + "." + Sql.name(name);
  }
}
