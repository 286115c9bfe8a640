package io.vde.store.clickhouse;

import io.vde.store.StoreUnavailableException;
import io.vde.store.clickhouse.RowReader.Row;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** The configured database: statements in, rows out, faults in the store's own words. */
final class Database implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Database.class);
  private static final Duration PROBE = Duration.ofSeconds(2);

  /** Settings that are sent where the server knows them; an unknown one would be refused. */
  private static final Set<String> WANTED = Set.of("async_insert", "http_send_timeout");

  private static final int CLOCK_READINGS = 3;

  private final ClickHouseConfig config;
  private final Dialect dialect;
  private final Transport transport;
  private final Versions versions = new Versions(this::now);
  private volatile Server server;

  /**
   * What is asked of a server once.
   *
   * @param settings those of {@link #WANTED} that it knows
   * @param clockAhead nanoseconds that its clock is ahead of ours
   */
  private record Server(Set<String> settings, long clockAhead) {}

  Database(Vertx vertx, ClickHouseConfig config, Dialect dialect) {
    this.config = config;
    this.dialect = dialect;
    transport = new Transport(vertx, config);
  }

  ClickHouseConfig config() {
    return config;
  }

  Dialect dialect() {
    return dialect;
  }

  Versions versions() {
    return versions;
  }

  /** The quoted name of a table in the configured database. */
  String table(String name) {
    return Sql.name(config.database()) + "." + Sql.name(name);
  }

  /** All rows of an answer. */
  List<Row> rows(Statement statement) {
    return call(
        withSettings(statement),
        rows -> {
          List<Row> all = new ArrayList<>();
          for (Row row = rows.next(); row != null; row = rows.next()) {
            all.add(row);
          }
          return all;
        });
  }

  List<Row> rows(String select) {
    return rows(Statement.select(select));
  }

  /** The only row, if there is one. */
  Optional<Row> row(String select) {
    return rows(select).stream().findFirst();
  }

  /** The only number of a SELECT. */
  long number(Statement select) {
    return (Long) rows(select).getFirst().values()[0];
  }

  /** Runs a statement that answers nothing and may be sent twice. */
  void execute(String sql) {
    rows(Statement.repeatable(sql));
  }

  /** Inserts rows that may be sent twice. */
  void insert(Statement insert) {
    Statement settled = insert;
    if (config.cluster().isPresent()) {
      settled = settled.with("insert_distributed_sync", "1");
    }
    rows(settled);
  }

  /**
   * Hands over rows as they come, without holding more than a buffer of them. The statement's first
   * column must be 1.
   */
  void stream(String select, Consumer<Row> consumer) {
    Statement streamed = withSettings(Statement.select(select)).streamed(config.exportTimeout());
    if (server().settings.contains("http_send_timeout")) {
      // The server must bear with a reader that is slower than it is.
      streamed = streamed.with("http_send_timeout", "" + config.exportTimeout().toSeconds());
    }
    boolean[] begun = new boolean[1];
    try {
      call(
          streamed,
          rows -> {
            if (begun[0]) {
              throw new StoreUnavailableException("The database's answer was cut off", null);
            }
            for (Row row = rows.nextMarked(); row != null; row = rows.nextMarked()) {
              begun[0] = true;
              consumer.accept(row);
            }
            return null;
          });
    } catch (ServerFault fault) {
      throw begun[0] ? fault.translated() : fault;
    }
  }

  /** Null when the database answers; otherwise why it does not. */
  String unavailableReason() {
    try {
      transport.probe(PROBE);
      return null;
    } catch (ServerFault fault) {
      return fault.translated().getMessage();
    } catch (RuntimeException fault) {
      return "The database does not answer";
    }
  }

  private interface RowsReader<T> {
    T read(RowReader rows) throws IOException;
  }

  private Statement withSettings(Statement statement) {
    Duration limit = statement.timeout() == null ? config.timeout() : statement.timeout();
    Statement settled = statement.with("max_execution_time", "" + Math.max(1, limit.toSeconds()));
    return statement.data() != null && server().settings.contains("async_insert")
        ? settled.with("async_insert", "0")
        : settled;
  }

  private <T> T call(Statement statement, RowsReader<T> reader) {
    try {
      return transport.call(statement, body -> reader.read(new RowReader(body)));
    } catch (ServerFault fault) {
      if (fault.code() != ServerFault.UNKNOWN_TABLE) {
        LOG.warnf(
            "The database refused a statement (code %d): %s",
            (Object) fault.code(), fault.getMessage());
      }
      throw fault;
    }
  }

  private Server server() {
    Server known = server;
    if (known == null) {
      Set<String> names = new HashSet<>();
      call(
          Statement.select("SELECT name FROM system.settings WHERE name IN " + Sql.strings(WANTED)),
          rows -> {
            for (Row row = rows.next(); row != null; row = rows.next()) {
              names.add(row.string("name"));
            }
            return null;
          });
      known = new Server(Set.copyOf(names), clockAhead());
      server = known;
    }
    return known;
  }

  /**
   * How far the server's clock is ahead, by the quickest of some answers; 0 when it may be right,
   * so that numbers do not jump by the error of the measurement from one start to the next.
   */
  private long clockAhead() {
    long best = Long.MAX_VALUE;
    long ahead = 0;
    for (int i = 0; i < CLOCK_READINGS; i++) {
      long before = Versions.localNanos();
      long theirs =
          call(
              Statement.select("SELECT toUnixTimestamp64Nano(now64(9)) AS now"),
              rows -> rows.next().integer("now"));
      long after = Versions.localNanos();
      if (after - before < best) {
        best = after - before;
        ahead = theirs - (before + best / 2);
      }
    }
    return Math.abs(ahead) <= best ? 0 : ahead;
  }

  private long now() {
    return Versions.localNanos() + server().clockAhead;
  }

  @Override
  public void close() {
    transport.close();
  }
}
