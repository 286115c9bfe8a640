package io.vde.store.clickhouse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vde.store.Dataset;
import io.vde.store.DatasetExistsException;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.StoreUnavailableException;
import io.vde.store.clickhouse.RowReader.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * The datasets there are: every table of ours says in its comment, as JSON, what dataset it is. So
 * a dataset begins and ends with its table, and no list can disagree with the tables.
 */
final class Catalogue {
  private static final Logger LOG = Logger.getLogger(Catalogue.class);
  private static final int FORMAT = 1;

  /** How long another node's dropping or making of a dataset may go unnoticed by a search. */
  private static final long FRESH = Duration.ofSeconds(5).toNanos();

  /** How long a node may need to make all tables of a dataset. */
  private static final Duration MAKING = Duration.ofMinutes(10);

  private final Database database;
  private final Ddl ddl;
  private final VectorIndex index;
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private volatile String identity;

  private record Known(ImageTable table, long since) {}

  Catalogue(Database database, VectorIndex index) {
    this.database = database;
    this.index = index;
    ddl = new Ddl(database.config(), database.dialect());
  }

  /** Makes the table of a dataset, with its index. */
  void create(Dataset dataset) {
    if (mapping(dataset.name()) != null) {
      throw new DatasetExistsException(dataset.name());
    }
    if (row(dataset.name()).isPresent()) {
      throw new DatasetExistsException(dataset.name());
    }
    String comment = comment(dataset, UUID.randomUUID().toString());
    List<String> tables = ddl.tables(dataset.name());
    Optional<Row> leftover = tables.size() > 1 ? row(tables.getFirst()) : Optional.empty();
    if (leftover.isPresent()) {
      Dataset other = ours(tables.getFirst(), leftover.get()).dataset();
      if (other.createdAt().isAfter(dataset.createdAt().minus(MAKING))) {
        // Another node may be about to make the rest of it.
        throw new DatasetExistsException(dataset.name());
      }
      // What a dropped or half-made dataset has left, with images of its own.
      ddl.drop(dataset.name()).forEach(database::execute);
    }
    ddl.create(dataset, comment, database.settings()).forEach(database::execute);
    // IF NOT EXISTS says nothing of whose table it is now, and so may be sent twice.
    for (String table : tables) {
      if (row(table).filter(row -> row.string("comment").equals(comment)).isEmpty()) {
        throw new DatasetExistsException(dataset.name());
      }
    }
    try {
      index.add(dataset);
    } catch (RuntimeException fault) {
      try {
        ddl.drop(dataset.name()).forEach(database::execute);
      } catch (RuntimeException left) {
        // The dataset is there, and gets its index when its state is asked for.
        fault.addSuppressed(left);
      }
      throw fault;
    }
    known.remove(dataset.name());
  }

  /** Removes the table of a dataset; false when there was none. */
  boolean drop(String name) {
    known.remove(name);
    if (row(name).isEmpty()) {
      return false;
    }
    ddl.drop(name).forEach(database::execute);
    known.remove(name);
    return true;
  }

  /** The table of a dataset, perhaps as it was some seconds ago. */
  Optional<ImageTable> recent(String name) {
    Known cached = known.get(name);
    if (cached != null && System.nanoTime() - cached.since < FRESH) {
      return Optional.of(cached.table);
    }
    return find(name);
  }

  /** The table of a dataset. */
  Optional<ImageTable> find(String name) {
    ClickHouseConfig.Mapping mapping = mapping(name);
    Optional<ImageTable> table =
        mapping != null ? mapped(name, mapping) : row(name).map(row -> ours(name, row));
    if (table.isPresent()) {
      known.put(name, new Known(table.get(), System.nanoTime()));
    } else {
      known.remove(name);
    }
    return table;
  }

  /** The table that a call works on. */
  ImageTable table(String name) {
    return recent(name).orElseThrow(() -> new DatasetNotFoundException(name));
  }

  /**
   * What tells these datasets from those of any other database: an id in the comment of a table
   * without rows, made by the first who asks. A database that is made anew gets another.
   */
  String identity() {
    String known = identity;
    if (known == null) {
      ObjectNode comment = json.createObjectNode().put("vde", FORMAT);
      comment.put("id", UUID.randomUUID().toString());
      database.execute(ddl.createIdentity(comment.toString()));
      // IF NOT EXISTS says nothing of whose comment it is now.
      Row row =
          row(Ddl.IDENTITY)
              .orElseThrow(
                  () -> new StoreUnavailableException("The database has no identity", null));
      known = "database " + read(Ddl.IDENTITY, row).get("id").asText();
      identity = known;
    }
    return known;
  }

  /** What was known of a dataset has turned out wrong. */
  void forget(String name) {
    known.remove(name);
  }

  /** All tables. */
  List<ImageTable> all() {
    List<ImageTable> tables = new ArrayList<>();
    for (Row row :
        database.rows(
            "SELECT name, comment FROM system.tables WHERE database = "
                + Sql.string(database.config().database())
                + " AND startsWith(comment, '{\"vde\":')")) {
      if (!row.string("name").startsWith("_") && !row.string("name").endsWith(Ddl.LOCAL)) {
        tables.add(ours(row.string("name"), row));
      }
    }
    for (Map.Entry<String, ClickHouseConfig.Mapping> mapping :
        database.config().tables().entrySet()) {
      try {
        mapped(mapping.getKey(), mapping.getValue()).ifPresent(tables::add);
      } catch (StoreUnavailableException misfit) {
        // It costs itself alone; who asks for it is told.
        LOG.warn(misfit.getMessage());
      }
    }
    return tables;
  }

  private ClickHouseConfig.Mapping mapping(String name) {
    return database.config().tables().get(name);
  }

  private Optional<Row> row(String name) {
    return database.row(
        "SELECT comment FROM system.tables WHERE database = %s AND name = %s AND startsWith(comment, '{\"vde\":')"
            .formatted(Sql.string(database.config().database()), Sql.string(name)));
  }

  private Optional<ImageTable> mapped(String name, ClickHouseConfig.Mapping mapping) {
    Map<String, String> types = new HashMap<>();
    for (Row row :
        database.rows(
            "SELECT name, type FROM system.columns WHERE database = %s AND table = %s"
                .formatted(
                    Sql.string(database.config().database()), Sql.string(mapping.table())))) {
      types.put(row.string("name"), row.string("type"));
    }
    if (types.isEmpty()) {
      return Optional.empty();
    }
    String misfit = misfit(mapping, types);
    if (misfit != null) {
      throw new StoreUnavailableException(
          "The dataset '%s' is mapped onto a table that does not fit: %s".formatted(name, misfit),
          null);
    }
    boolean idIsString = "String".equals(types.get(mapping.id()));
    boolean writable =
        !mapping.readOnly() && idIsString && "String".equals(types.get(mapping.url()));
    return Optional.of(
        new ImageTable(
            new Dataset(name, "", mapping.model(), mapping.dimension(), Instant.EPOCH),
            database.table(mapping.table()),
            mapping,
            idIsString,
            writable));
  }

  /** What is wrong with the columns of a mapping, or null. */
  private static String misfit(ClickHouseConfig.Mapping mapping, Map<String, String> types) {
    for (String column : List.of(mapping.id(), mapping.url(), mapping.vector())) {
      if (!types.containsKey(column)) {
        return "it has no column '%s'".formatted(column);
      }
    }
    if (types.get(mapping.id()).contains("Nullable(")) {
      return "the column '%s' of the ids may be null".formatted(mapping.id());
    }
    return types.get(mapping.vector()).equals("Array(Float32)")
        ? null
        : "the column '%s' of the vectors is %s, not Array(Float32)"
            .formatted(mapping.vector(), types.get(mapping.vector()));
  }

  private String comment(Dataset dataset, String token) {
    ObjectNode comment = json.createObjectNode();
    comment.put("vde", FORMAT);
    comment.put("description", dataset.description());
    comment.put("model", dataset.model());
    comment.put("dimension", dataset.dimension());
    comment.put("createdAt", dataset.createdAt().toString());
    comment.put("token", token);
    return comment.toString();
  }

  private ImageTable ours(String name, Row row) {
    JsonNode comment = read(name, row);
    return ImageTable.ours(
        new Dataset(
            name,
            comment.get("description").asText(),
            comment.get("model").asText(),
            comment.get("dimension").asInt(),
            Instant.parse(comment.get("createdAt").asText())),
        database.table(name));
  }

  private JsonNode read(String name, Row row) {
    try {
      JsonNode comment = json.readTree(row.string("comment"));
      if (comment.get("vde").asInt() > FORMAT) {
        throw new StoreUnavailableException(
            "The dataset '%s' has format %d; this version reads up to format %d"
                .formatted(name, comment.get("vde").asInt(), FORMAT),
            null);
      }
      return comment;
    } catch (JsonProcessingException e) {
      throw new StoreUnavailableException(
          "The table of the dataset '%s' has a comment that is not ours".formatted(name), e);
    }
  }
}
