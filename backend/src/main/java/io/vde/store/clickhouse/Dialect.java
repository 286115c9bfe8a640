package io.vde.store.clickhouse;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What differs between the engines that speak ClickHouse's SQL: the vector index, and no more. */
enum Dialect {
  /** MyScale: {@code distance()} by an index that filters before it searches. */
  MYSCALE("myscale"),
  /** Stock ClickHouse: exact, or an HNSW index that filters after it has searched. */
  CLICKHOUSE("clickhouse");

  private static final Set<String> MYSCALE_TYPES =
      Set.of("MSTG", "SCANN", "FLAT", "IVFFLAT", "IVFSQ", "IVFPQ", "HNSWFLAT", "HNSWSQ", "HNSWPQ");

  private final String store;

  Dialect(String store) {
    this.store = store;
  }

  /** The value of {@code vde.store} that selects it. */
  String store() {
    return store;
  }

  /**
   * The type of index that is configured; empty for none.
   *
   * @throws IllegalArgumentException when the engine has no such type
   */
  Optional<String> indexType(ClickHouseConfig config) {
    Optional<String> type = config.indexType().map(t -> t.toUpperCase(Locale.ROOT));
    if (this == MYSCALE) {
      String named = type.orElse("MSTG");
      if (!MYSCALE_TYPES.contains(named)) {
        throw new IllegalArgumentException(
            "vde.clickhouse.index-type=%s is none of MyScale's; there are: %s"
                .formatted(named, String.join(", ", MYSCALE_TYPES.stream().sorted().toList())));
      }
      return Optional.of(named);
    }
    if (type.isPresent() && !type.get().equals("HNSW")) {
      throw new IllegalArgumentException(
          "vde.clickhouse.index-type=%s: stock ClickHouse has HNSW, or none".formatted(type.get()));
    }
    return type;
  }

  /** The setting of a table that says what {@code distance()} is where a part has no index. */
  Optional<String> metricSetting() {
    return this == MYSCALE ? Optional.of("float_vector_search_metric_type") : Optional.empty();
  }

  /**
   * Settings of a search by the index, by name. Without its own, MyScale's {@code distance()}
   * passes over the parts whose index is not built yet, and finds none of their rows; ClickHouse
   * gives the distances that its index has of shortened vectors, off by some thousandths.
   */
  Map<String, String> searchSettings() {
    return this == MYSCALE
        ? Map.of("enable_brute_force_vector_search", "1")
        : Map.of("vector_search_with_rescoring", "1");
  }

  /** Adds the vector index to a table. MyScale refuses it when it is there already. */
  String addIndex(String table, String type, int dimension) {
    return this == MYSCALE
        ? "ALTER TABLE %s ADD VECTOR INDEX vindex vector TYPE %s('metric_type=Cosine')"
            .formatted(table, type)
        : "ALTER TABLE %s ADD INDEX IF NOT EXISTS vindex vector TYPE vector_similarity('hnsw', 'cosineDistance', %d)"
            .formatted(table, dimension);
  }

  /** The distance by index. */
  String indexedDistance(String column, float[] vector, ClickHouseConfig config) {
    if (this == CLICKHOUSE) {
      return exactDistance(column, vector);
    }
    String parameters = config.searchParameters().map(p -> "(" + Sql.string(p) + ")").orElse("");
    return "distance%s(%s, %s)".formatted(parameters, column, Sql.vector(vector));
  }

  /** The distance of every row, without an index. */
  String exactDistance(String column, float[] vector) {
    return "cosineDistance(%s, CAST(%s, 'Array(Float32)'))".formatted(column, Sql.vector(vector));
  }

  /** Whether a condition is applied before the index searches, so that it fills the page. */
  boolean filtersFirst() {
    return this == MYSCALE;
  }

  /** Asks for the state of a table's index on all replicas: status and reason. */
  String indexStatus(String database, String table, Optional<String> cluster) {
    // ClickHouse builds its index while parts are written: what is there is built.
    String system = this == MYSCALE ? "system.vector_indices" : "system.data_skipping_indices";
    String indices =
        cluster
            .map(c -> "clusterAllReplicas(%s, %s)".formatted(Sql.name(c), system))
            .orElse(system);
    return "SELECT %s FROM %s WHERE database = %s AND table = %s%s"
        .formatted(
            this == MYSCALE
                ? "status, latest_fail_reason"
                : "'Built' AS status, '' AS latest_fail_reason",
            indices,
            Sql.string(database),
            Sql.string(table),
            this == MYSCALE ? "" : " AND name = 'vindex'");
  }
}
