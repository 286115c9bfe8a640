package io.vde.store.clickhouse;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Where the database is and how it is used: {@code vde.clickhouse.*}. */
@ConfigMapping(prefix = "vde.clickhouse")
public interface ClickHouseConfig {
  /** The HTTP interface, {@code http://} or {@code https://}. */
  @WithDefault("http://localhost:8123")
  URI url();

  /** Database user. */
  @WithDefault("default")
  String user();

  /** Its password. */
  Optional<String> password();

  /** The database that holds the tables; it must exist. */
  @WithDefault("default")
  String database();

  /** PEM file with the certificates to trust, for a server with a certificate of one's own. */
  Optional<Path> caFile();

  /** The cluster's name: tables are replicated and distributed over it. Absent: one server. */
  Optional<String> cluster();

  /**
   * Type of the vector index. MyScale: MSTG unless told otherwise (SCANN for the open-source
   * server, FLAT, HNSWFLAT, …). Stock ClickHouse: none, so that every search is exact, or HNSW.
   */
  Optional<String> indexType();

  /** MyScale's parameters of a search, for instance {@code alpha=3} or {@code ef_s=100}. */
  Optional<String> searchParameters();

  /** A page that ends behind this many hits is searched exactly instead of by the index. */
  @WithDefault("1000")
  int indexReach();

  /** Connections that are open at once, those of exports apart. */
  @WithDefault("32")
  int connections();

  /** Exports that run at once, each on a connection of its own; more are refused. */
  @WithDefault("8")
  int exports();

  /** Statements that may wait for a connection before more are refused. */
  @WithDefault("256")
  int waiting();

  /** How long a connection may take to open. */
  @WithDefault("3s")
  Duration connectTimeout();

  /** How long an unused connection is kept: less than the server keeps it. */
  @WithDefault("2s")
  Duration idleTimeout();

  /** How long a statement may take, its repetition included; then it is cancelled. */
  @WithDefault("30s")
  Duration timeout();

  /** How long an export may take. */
  @WithDefault("1h")
  Duration exportTimeout();

  /** Whether answers come compressed: for slow networks; vectors hardly shrink. */
  @WithDefault("false")
  boolean compress();

  /** Tables of somebody else's that serve as datasets, by the name of the dataset. */
  Map<String, Mapping> tables();

  /** A table that somebody already has. */
  interface Mapping {
    /** Its name in the database. */
    String table();

    /** Column of the image's id: unique, a String or what prints as one. */
    @WithDefault("id")
    String id();

    /** Column of the image's URL. */
    @WithDefault("url")
    String url();

    /** Column of the vector, Array(Float32). */
    @WithDefault("vector")
    String vector();

    /** Identity of the model that made the vectors, as {@code GET /info} names it. */
    String model();

    /** Length of the vectors. */
    int dimension();

    /**
     * Whether the vectors have MyScale's index, with the metric Cosine; otherwise they are scanned.
     */
    @WithDefault("false")
    boolean indexed();

    /**
     * Whether images may only be searched, not added, replaced or deleted. They can only be where
     * id and URL are columns of the type String.
     */
    @WithDefault("true")
    boolean readOnly();
  }
}
