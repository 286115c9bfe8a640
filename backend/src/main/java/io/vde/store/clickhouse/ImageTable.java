package io.vde.store.clickhouse;

import io.vde.store.Dataset;
import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.clickhouse.RowReader.Row;
import io.vde.store.clickhouse.RowWriter.Column;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The table of a dataset: how its columns are named, written and read.
 *
 * <p>A table of ours keeps every version of an image until the database merges them, newest wins; a
 * deleted image is a version that says so. {@code FINAL} reads only the newest. A table of somebody
 * else's has an id, a URL and a vector, once each.
 *
 * @param name quoted, with its database
 * @param mapping null for a table of ours
 * @param idIsString whether the id's column is a String, so that it can be compared as it is
 * @param writable whether images may be added and removed
 */
record ImageTable(
    Dataset dataset,
    String name,
    ClickHouseConfig.Mapping mapping,
    boolean idIsString,
    boolean writable) {

  private static final List<Column> COLUMNS =
      List.of(
          new Column("id", "String"),
          new Column("url", "String"),
          new Column("width", "UInt32"),
          new Column("height", "UInt32"),
          new Column("sha256", "String"),
          new Column("fields", "Array(String)"),
          new Column("strings", "Map(String, String)"),
          new Column("lists", "Map(String, Array(String))"),
          new Column("integers", "Map(String, Int64)"),
          new Column("floats", "Map(String, Float64)"),
          new Column("booleans", "Map(String, Bool)"),
          new Column("version", "UInt64"),
          new Column("deleted", "UInt8"),
          new Column("vector", "Array(Float32)"));

  static ImageTable ours(Dataset dataset, String name) {
    return new ImageTable(dataset, name, null, true, true);
  }

  boolean isOurs() {
    return mapping == null;
  }

  /** The columns of a CREATE TABLE, with the length that every vector must have. */
  static String definition(int dimension) {
    StringBuilder sql = new StringBuilder("(");
    COLUMNS.forEach(c -> sql.append(c.name()).append(' ').append(c.type()).append(", "));
    return sql.append("CONSTRAINT vec_len CHECK length(vector) = ")
        .append(dimension)
        .append(')')
        .toString();
  }

  /** What is read of an image; its vector only when it is wanted. */
  String selected(boolean withVector) {
    if (!isOurs()) {
      return "%s AS id, ifNull(toString(%s), '') AS url%s"
          .formatted(
              id(),
              Sql.name(mapping.url()),
              withVector ? ", " + Sql.name(mapping.vector()) + " AS vector" : "");
    }
    StringBuilder sql = new StringBuilder();
    for (Column column : COLUMNS) {
      if (withVector || !column.name().equals("vector")) {
        sql.append(sql.isEmpty() ? "" : ", ").append(column.name());
      }
    }
    return sql.toString();
  }

  /** The id as an expression. */
  String id() {
    return isOurs()
        ? "id"
        : idIsString ? Sql.name(mapping.id()) : "toString(" + Sql.name(mapping.id()) + ")";
  }

  /** The vector's column. */
  String vector() {
    return isOurs() ? "vector" : Sql.name(mapping.vector());
  }

  /** The table with the columns that {@link #rows} are for. */
  String columnsOf() {
    return isOurs()
        ? name
        : "%s (%s, %s, %s)"
            .formatted(
                name, Sql.name(mapping.id()), Sql.name(mapping.url()), Sql.name(mapping.vector()));
  }

  /** The table, its newest versions only. */
  String newest() {
    return isOurs() ? name + " FINAL" : name;
  }

  /** A condition that holds for the images there are, among the newest versions. */
  String present() {
    return isOurs() ? "deleted = 0" : "1";
  }

  /** A filter as a condition. Somebody else's table has no metadata: no image has a field. */
  String matching(Filter filter) {
    return isOurs() ? FilterSql.of(filter) : FilterSql.of(withoutFields(filter));
  }

  private static Filter withoutFields(Filter filter) {
    return switch (filter) {
      case Filter.And(List<Filter> all) ->
          new Filter.And(all.stream().map(ImageTable::withoutFields).toList());
      case Filter.Or(List<Filter> any) ->
          new Filter.Or(any.stream().map(ImageTable::withoutFields).toList());
      case Filter.Not(Filter inner) -> new Filter.Not(withoutFields(inner));
      case Filter.Exists _, Filter.In _, Filter.Compare _ -> new Filter.Or(List.of());
    };
  }

  /** Rows to insert, for images that were checked; each has a version of its own. */
  Rows rows(List<ImageRecord> images, long firstVersion) {
    if (!isOurs()) {
      List<Column> columns =
          List.of(
              new Column(mapping.id(), "String"),
              new Column(mapping.url(), "String"),
              new Column(mapping.vector(), "Array(Float32)"));
      return new Rows(
          columns,
          images.size(),
          (rows, i) -> {
            ImageRecord image = images.get(i);
            rows.string(image.id()).stringOrEmpty(image.url()).floats(image.vector());
          });
    }
    return new Rows(
        COLUMNS, images.size(), (rows, i) -> write(rows, images.get(i), firstVersion + i, false));
  }

  /** Rows that delete images. */
  Rows tombstones(List<String> ids, long version) {
    // Every row needs a vector, and the index finds this one as any other: searches pass it over.
    float[] vector = new float[dataset.dimension()];
    vector[0] = 1;
    return new Rows(
        COLUMNS,
        ids.size(),
        (rows, i) ->
            write(
                rows,
                new ImageRecord(ids.get(i), null, 0, 0, Map.of(), null, vector),
                version,
                true));
  }

  private static void write(RowWriter rows, ImageRecord image, long version, boolean deleted) {
    rows.string(image.id()).stringOrEmpty(image.url());
    rows.uint32(image.width()).uint32(image.height()).stringOrEmpty(image.sha256());
    Map<String, Object> metadata = image.metadata();
    rows.strings(metadata.keySet());
    map(rows, metadata, String.class, rows::string);
    map(rows, metadata, List.class, rows::strings);
    map(rows, metadata, Long.class, rows::int64);
    map(rows, metadata, Double.class, rows::float64);
    map(rows, metadata, Boolean.class, rows::bool);
    rows.int64(version).bool(deleted).floats(image.vector());
  }

  /** The fields of one type, as a Map column. */
  private static <T> void map(
      RowWriter rows, Map<String, Object> metadata, Class<T> type, Consumer<T> value) {
    int count = 0;
    for (Object any : metadata.values()) {
      count += type.isInstance(any) ? 1 : 0;
    }
    rows.size(count);
    metadata.forEach(
        (field, any) -> {
          if (type.isInstance(any)) {
            rows.string(field);
            value.accept(type.cast(any));
          }
        });
  }

  /** The image in a row. */
  ImageRecord image(Row row) {
    float[] vector = row.has("vector") ? (float[]) row.get("vector") : null;
    if (!isOurs()) {
      return new ImageRecord(
          row.string("id"), orNull(row.string("url")), 0, 0, Map.of(), null, vector);
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    List<Map<?, ?>> maps = new ArrayList<>();
    for (String column : List.of("strings", "lists", "integers", "floats", "booleans")) {
      maps.add((Map<?, ?>) row.get(column));
    }
    for (Object field : (List<?>) row.get("fields")) {
      maps.stream()
          .filter(map -> map.containsKey(field))
          .findFirst()
          .ifPresent(map -> metadata.put((String) field, map.get(field)));
    }
    return new ImageRecord(
        row.string("id"),
        orNull(row.string("url")),
        (int) row.integer("width"),
        (int) row.integer("height"),
        metadata,
        orNull(row.string("sha256")),
        vector);
  }

  private static String orNull(String value) {
    return value.isEmpty() ? null : value;
  }
}
