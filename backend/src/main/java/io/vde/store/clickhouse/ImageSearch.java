package io.vde.store.clickhouse;

import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.SearchResult.Hit;
import io.vde.store.clickhouse.RowReader.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the nearest images: by the vector index where there is one and the page is among the first,
 * otherwise by a scan of all vectors.
 *
 * <p>The index sees every version of an image, so each candidate's version is looked up and old
 * ones are passed over. Where the newest is none of the candidates, because it is farther away or
 * was written just now, it is read and takes its own place. A page that is not full then is asked
 * for again, larger, and at last scanned for. So is one that ends among images equally near, since
 * the index does not order those by id: one image more than the page tells. An index that has fewer
 * is not believed to have all, as it may be approximate, or be built yet.
 */
final class ImageSearch {

  private static final int ATTEMPTS = 2;

  /** A column's name that no table of somebody else's has. */
  private static final String TOTAL = "_vde_total";

  /** Longer conditions are not written twice into one statement, as its length has limits. */
  private static final int SHORT = 10_000;

  private static final Comparator<Hit> ORDER =
      Comparator.comparingDouble(Hit::distance)
          .thenComparing(hit -> Ids.bytes(hit.image().id()), Arrays::compareUnsigned);

  private final Database database;

  ImageSearch(Database database) {
    this.database = database;
  }

  /** Searches a table with a vector that was checked. */
  SearchResult search(ImageTable table, SearchQuery query, float[] vector) {
    if (query.limit() > 0 && indexed(table, query)) {
      long fetch = (long) query.offset() + query.limit() + 1;
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        List<Row> rows = candidates(table, query, vector, fetch);
        if (rows.size() < fetch && database.dialect().filtersFirst()) {
          // A wider search would not find more.
          break;
        }
        SearchResult result = byIndex(table, query, vector, rows);
        if (result != null) {
          return result;
        }
        fetch = 4 * fetch + 64;
      }
    }
    return exact(table, query, vector);
  }

  private boolean indexed(ImageTable table, SearchQuery query) {
    boolean hasIndex =
        table.isOurs()
            ? database.dialect().indexType(database.config()).isPresent()
            : table.mapping().indexed();
    return hasIndex
        && !query.exact()
        && (long) query.offset() + query.limit() <= database.config().indexReach();
  }

  /** The nearest rows that the index finds. */
  private List<Row> candidates(ImageTable table, SearchQuery query, float[] vector, long fetch) {
    String sql =
        "SELECT %s, %s AS dist FROM %s%s ORDER BY dist LIMIT %d"
            .formatted(
                table.selected(query.includeVectors()),
                database.dialect().indexedDistance(table.vector(), vector, database.config()),
                table.name(),
                where(conditions(table, query)),
                fetch);
    return database.rows(database.byIndex(withExcluded(sql, query.exclude())));
  }

  /** The page, or null when the rows do not give all of it. */
  private SearchResult byIndex(
      ImageTable table, SearchQuery query, float[] vector, List<Row> rows) {
    List<Hit> hits = fresh(table, rows, query, vector);
    hits.sort(ORDER);
    int end = query.offset() + query.limit();
    // With none behind it, or one as near, the page's last may be the wrong one.
    if (hits.size() <= end || hits.get(end - 1).distance() == hits.get(end).distance()) {
      return null;
    }
    return new SearchResult(
        hits.subList(query.offset(), end), query.countTotal() ? count(table, query) : -1);
  }

  /**
   * The images of the rows, as they are now. Images that are farther away than these may be nearer
   * than one that was moved there, which is left out.
   */
  private List<Hit> fresh(ImageTable table, List<Row> rows, SearchQuery query, float[] vector) {
    List<Hit> hits = new ArrayList<>();
    if (!table.isOurs()) {
      rows.forEach(row -> hits.add(hit(table, row)));
      return hits;
    }
    if (rows.isEmpty()) {
      return hits;
    }
    Set<String> ids = rows.stream().map(row -> row.string("id")).collect(Collectors.toSet());
    Map<String, Long> newest = new HashMap<>();
    for (Row row :
        database.rows(
            Ids.with(
                Statement.select(
                    "SELECT id, max(version) AS newest, argMax(deleted, version) AS gone FROM %s WHERE id IN %s GROUP BY id"
                        .formatted(table.name(), Ids.set(ids))),
                ids))) {
      if (row.integer("gone") == 0) {
        newest.put(row.string("id"), row.integer("newest"));
      }
    }
    for (Row row : rows) {
      String id = row.string("id");
      // Once: a row may be there twice until the database merges them.
      if (newest.getOrDefault(id, -1L) == row.integer("version")) {
        newest.remove(id);
        hits.add(hit(table, row));
      }
    }
    if (!newest.isEmpty()) {
      double farthest = (Double) rows.getLast().get("dist");
      for (Hit moved : moved(table, newest.keySet(), query, vector)) {
        if (moved.distance() < farthest) {
          hits.add(moved);
        }
      }
    }
    return hits;
  }

  /** Images whose newest version is none of the candidates, as far as they match. */
  private List<Hit> moved(ImageTable table, Set<String> ids, SearchQuery query, float[] vector) {
    List<String> conditions = new ArrayList<>(List.of("id IN " + Ids.set(ids), table.present()));
    if (query.filter() != null) {
      conditions.add("(" + table.matching(query.filter()) + ")");
    }
    String sql =
        "SELECT %s, %s AS dist FROM %s%s"
            .formatted(
                table.selected(query.includeVectors()),
                database.dialect().exactDistance(table.vector(), vector),
                table.newest(),
                where(conditions));
    List<Hit> hits = new ArrayList<>();
    for (Row row : database.rows(Ids.with(Statement.select(sql), ids))) {
      hits.add(hit(table, row));
    }
    return hits;
  }

  /** The page by a scan of all vectors, in a statement that tells the total as well. */
  private SearchResult exact(ImageTable table, SearchQuery query, float[] vector) {
    List<Row> rows = List.of();
    String counting = counting(table, query);
    boolean counted = query.countTotal() && counting.length() <= SHORT;
    if (query.limit() > 0) {
      String sql =
          "SELECT %s, %s AS dist%s FROM %s%s ORDER BY dist, id LIMIT %d OFFSET %d"
              .formatted(
                  table.selected(query.includeVectors()),
                  database.dialect().exactDistance(table.vector(), vector),
                  counted ? ", (%s) AS %s".formatted(counting, TOTAL) : "",
                  table.newest(),
                  where(present(table, query)),
                  query.limit(),
                  query.offset());
      rows = database.rows(withExcluded(sql, query.exclude()));
    }
    List<Hit> hits = new ArrayList<>();
    rows.forEach(row -> hits.add(hit(table, row)));
    long total = -1;
    if (query.countTotal()) {
      // A page that is not full is the last: its statement has seen all there are, at one moment.
      boolean last = hits.size() < query.limit() && (!hits.isEmpty() || query.offset() == 0);
      total =
          last
              ? query.offset() + (long) hits.size()
              : counted && !rows.isEmpty() ? rows.getFirst().integer(TOTAL) : count(table, query);
    }
    return new SearchResult(hits, total);
  }

  private long count(ImageTable table, SearchQuery query) {
    return database.number(withExcluded(counting(table, query), query.exclude()));
  }

  private static String counting(ImageTable table, SearchQuery query) {
    return "SELECT count() FROM " + table.newest() + where(present(table, query));
  }

  private static List<String> present(ImageTable table, SearchQuery query) {
    List<String> conditions = new ArrayList<>(List.of(table.present()));
    conditions.addAll(conditions(table, query));
    return conditions;
  }

  private static List<String> conditions(ImageTable table, SearchQuery query) {
    List<String> conditions = new ArrayList<>();
    if (!query.exclude().isEmpty()) {
      conditions.add(table.id() + " NOT IN " + Ids.set(query.exclude()));
    }
    if (query.filter() != null) {
      conditions.add("(" + table.matching(query.filter()) + ")");
    }
    return conditions;
  }

  private static String where(List<String> conditions) {
    return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
  }

  private static Statement withExcluded(String sql, Collection<String> ids) {
    return Ids.with(Statement.select(sql), ids);
  }

  /** The hit in a row that has a {@code dist}. */
  static Hit hit(ImageTable table, Row row) {
    return new Hit(table.image(row), (Double) row.get("dist"));
  }
}
