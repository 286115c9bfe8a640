package io.vde.store.clickhouse;

import static io.vde.store.clickhouse.ServerFault.translating;

import io.vde.store.Dataset;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.DatasetReadOnlyException;
import io.vde.store.DatasetStatus;
import io.vde.store.Filter;
import io.vde.store.ImageChecks;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.Page;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.clickhouse.RowReader.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Datasets as tables of MyScale or ClickHouse. */
public final class ClickHouseImageStore implements ImageStore {
  private final Database database;
  private final Catalogue catalogue;
  private final ImageSearch search;
  private final ImageWrites writes;
  private final Ddl ddl;
  private final TableStatus status;

  ClickHouseImageStore(Database database) {
    this.database = database;
    VectorIndex index = new VectorIndex(database);
    catalogue = new Catalogue(database, index);
    search = new ImageSearch(database);
    writes = new ImageWrites(database);
    ddl = new Ddl(database.config(), database.dialect());
    status = new TableStatus(database, ddl, index);
  }

  @Override
  public void create(Dataset dataset) {
    translating(
        () -> {
          catalogue.create(dataset);
          return null;
        });
  }

  @Override
  public Optional<DatasetStatus> dataset(String name) {
    return translating(
        () -> {
          try {
            return catalogue.find(name).map(status::of);
          } catch (ServerFault fault) {
            if (fault.code() == ServerFault.UNKNOWN_TABLE) {
              return Optional.empty();
            }
            throw fault;
          }
        });
  }

  @Override
  public Optional<Dataset> describe(String name) {
    return translating(() -> catalogue.recent(name).map(ImageTable::dataset));
  }

  @Override
  public Optional<Dataset> describeNow(String name) {
    return translating(() -> catalogue.find(name).map(ImageTable::dataset));
  }

  @Override
  public List<DatasetStatus> datasets() {
    return translating(
        () -> {
          List<DatasetStatus> all = new ArrayList<>();
          for (ImageTable table : catalogue.all()) {
            try {
              all.add(status.of(table));
            } catch (ServerFault fault) {
              if (fault.code() != ServerFault.UNKNOWN_TABLE) {
                throw fault;
              }
              // Dropped since it was listed.
            }
          }
          all.sort(Comparator.comparing((DatasetStatus s) -> s.dataset().createdAt()).reversed());
          return all;
        });
  }

  @Override
  public boolean isMapped(String name) {
    return database.config().tables().containsKey(name);
  }

  @Override
  public boolean drop(String name) {
    if (isMapped(name)) {
      throw new DatasetReadOnlyException(name);
    }
    return translating(() -> catalogue.drop(name));
  }

  @Override
  public void upsert(String dataset, List<ImageRecord> images) {
    withTable(
        dataset,
        table -> {
          writes.upsert(table, images);
          return null;
        });
  }

  @Override
  public int delete(String dataset, Collection<String> ids) {
    return withTable(dataset, table -> writes.delete(table, new LinkedHashSet<>(ids)));
  }

  @Override
  public Map<String, ImageRecord> get(String dataset, Collection<String> ids) {
    return withTable(
        dataset,
        table -> {
          Set<String> distinct = new LinkedHashSet<>(ids);
          Map<String, ImageRecord> images = new LinkedHashMap<>();
          if (!distinct.isEmpty()) {
            String sql =
                "SELECT %s FROM %s WHERE %s AND %s IN %s"
                    .formatted(
                        table.selected(true),
                        table.newest(),
                        table.present(),
                        table.id(),
                        Ids.set(distinct));
            for (Row row : database.rows(Ids.with(Statement.select(sql), distinct))) {
              ImageRecord image = table.image(row);
              images.put(image.id(), image);
            }
          }
          return images;
        });
  }

  @Override
  public Page<ImageRecord> list(String dataset, Filter filter, int offset, int limit) {
    return withTable(
        dataset,
        table -> {
          String from = " FROM " + table.newest() + where(table, filter);
          List<ImageRecord> items = new ArrayList<>();
          if (limit > 0) {
            String order = table.isOurs() ? "version DESC" : table.id();
            for (Row row :
                database.rows(
                    "SELECT %s%s ORDER BY %s LIMIT %d OFFSET %d"
                        .formatted(table.selected(false), from, order, limit, offset))) {
              items.add(table.image(row));
            }
          }
          boolean last = items.size() < limit && (!items.isEmpty() || offset == 0);
          long total =
              last
                  ? offset + (long) items.size()
                  : database.number(Statement.select("SELECT count()" + from));
          return new Page<>(items, total);
        });
  }

  @Override
  public SearchResult search(String dataset, SearchQuery query) {
    return withTable(
        dataset,
        table ->
            search.search(
                table, query, ImageChecks.checkQuery(query.vector(), table.dataset().dimension())));
  }

  @Override
  public void rank(
      String dataset, float[] vector, Filter filter, Consumer<SearchResult.Hit> consumer) {
    withTable(
        dataset,
        table -> {
          float[] unit = ImageChecks.checkQuery(vector, table.dataset().dimension());
          database.stream(
              "SELECT toUInt8(1) AS row, %s, %s AS dist FROM %s%s ORDER BY dist, id"
                  .formatted(
                      table.selected(false),
                      database.dialect().exactDistance(table.vector(), unit),
                      table.newest(),
                      where(table, filter)),
              row -> consumer.accept(ImageSearch.hit(table, row)));
          return null;
        });
  }

  private static String where(ImageTable table, Filter filter) {
    String matching = filter == null ? "" : " AND (" + table.matching(filter) + ")";
    return " WHERE " + table.present() + matching;
  }

  @Override
  public void digests(String dataset, Consumer<String> consumer) {
    withTable(
        dataset,
        table -> {
          if (table.isOurs()) {
            database.stream(
                "SELECT toUInt8(1) AS row, sha256 FROM %s FINAL WHERE deleted = 0 AND sha256 != ''"
                    .formatted(ddl.everywhere(dataset, table.name())),
                row -> consumer.accept(row.string("sha256")));
          }
          return null;
        });
  }

  @Override
  public String identity() {
    return translating(catalogue::identity);
  }

  @Override
  public String unavailableReason() {
    return database.unavailableReason();
  }

  @Override
  public void close() {
    database.close();
  }

  /** Works on a dataset's table, anew when it has turned out to be another by now. */
  private <T> T withTable(String dataset, Function<ImageTable, T> work) {
    return translating(
        () -> {
          ImageTable table = catalogue.table(dataset);
          try {
            return work.apply(table);
          } catch (ServerFault fault) {
            boolean gone = fault.code() == ServerFault.UNKNOWN_TABLE;
            if (!gone && !fault.otherDimension()) {
              throw fault;
            }
            catalogue.forget(dataset);
            ImageTable now = catalogue.table(dataset);
            if (now.equals(table)) {
              throw gone ? new DatasetNotFoundException(dataset) : fault;
            }
            return work.apply(now);
          }
        });
  }
}
