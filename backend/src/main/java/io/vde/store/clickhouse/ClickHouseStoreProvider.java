package io.vde.store.clickhouse;

import io.vde.store.ImageStore;
import io.vde.store.SessionStore;
import io.vde.store.StoreProvider;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The stores for {@code vde.store=myscale} and {@code vde.store=clickhouse}. */
final class ClickHouseStoreProvider implements StoreProvider {
  private final Vertx vertx;
  private final ClickHouseConfig config;
  private final Dialect dialect;

  /** Both stores': one pool of connections, one circuit breaker, one idea of the time. */
  private Database database;

  ClickHouseStoreProvider(Vertx vertx, ClickHouseConfig config, Dialect dialect) {
    this.vertx = vertx;
    this.config = config;
    this.dialect = dialect;
  }

  @Override
  public String name() {
    return dialect.store();
  }

  @Override
  public ImageStore openImages() {
    // A wrong setting is said at the start, not at the first dataset.
    dialect.indexType(config);
    return new ClickHouseImageStore(database());
  }

  @Override
  public SessionStore openSessions() {
    return new ClickHouseSessionStore(database());
  }

  private synchronized Database database() {
    if (database == null || !database.share()) {
      database = new Database(vertx, config, dialect);
    }
    return database;
  }

  /** Makes a provider for each dialect. */
  @Singleton
  static final class Both {
    @Produces
    @Singleton
    StoreProvider myscale(Vertx vertx, ClickHouseConfig config) {
      return new ClickHouseStoreProvider(vertx, config, Dialect.MYSCALE);
    }

    @Produces
    @Singleton
    StoreProvider clickhouse(Vertx vertx, ClickHouseConfig config) {
      return new ClickHouseStoreProvider(vertx, config, Dialect.CLICKHOUSE);
    }
  }
}
