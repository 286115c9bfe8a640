package io.vde.store.clickhouse;

import io.vde.store.StoreUnavailableException;
import io.vde.store.clickhouse.RowReader.Row;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** The configured database: statements in, rows out, faults in the store's own words. */
final class Database implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Database.class);
  private static final Duration PROBE = Duration.ofSeconds(2);

  /** Settings that are sent where the server knows them; an unknown one would be refused. */
  private static final Set<String> WANTED = Set.of("async_insert", "http_send_timeout");

  /** Far more than the lines of a cluster's servers. */
  private static final int MAX_ANSWER = 1 << 20;

  /** The error of a server, at the beginning of an answer or of a line behind others. */
  private static final Pattern ERROR = Pattern.compile("^Code: \\d+[.,]", Pattern.MULTILINE);

  private static final int CLOCK_READINGS = 3;

  /** Clocks drift: how long a reading of the server's is good for. */
  private static final long CLOCK_KEPT = Duration.ofMinutes(1).toNanos();

  private final ClickHouseConfig config;
  private final Dialect dialect;
  private final Transport transport;
  private final Versions versions = new Versions(this::now);
  private volatile Set<String> settings;
  private volatile Clock clock;

  // Stores that use it; with the last it is closed.
  private int users = 1;

  /**
   * A reading of the server's clock, in nanoseconds since 1970.
   *
   * @param ahead what it is ahead of {@link System#nanoTime}, which no one sets
   * @param since when it was read, by that
   */
  private record Clock(long ahead, long since) {}

  Database(Vertx vertx, ClickHouseConfig config, Dialect dialect) {
    this.config = config;
    this.dialect = dialect;
    transport = new Transport(vertx, config);
  }

  /** Takes another user, who will close it, too; false when it is closed already. */
  synchronized boolean share() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
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

  /** Runs a statement that may be sent twice. */
  void execute(String sql) {
    execute(Statement.repeatable(sql));
  }

  /**
   * Runs a statement for what it does. What it answers, nothing or on a cluster a line of text for
   * every server, is passed over unless it is an error: a server that has begun to answer cannot
   * change its 200 any more.
   */
  void execute(Statement statement) {
    logged(
        () ->
            transport.call(
                withSettings(statement),
                body -> {
                  String text = new String(body.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
                  if (ERROR.matcher(text).find()) {
                    throw ServerFault.of(200, null, text);
                  }
                  return null;
                }));
  }

  /** Inserts rows that may be sent twice. */
  void insert(Statement insert) {
    Statement settled = insert;
    if (config.cluster().isPresent()) {
      settled = settled.with("insert_distributed_sync", "1");
    }
    execute(settled);
  }

  /**
   * Hands over rows as they come, without holding more than a buffer of them. The statement's first
   * column must be 1.
   */
  void stream(String select, Consumer<Row> consumer) {
    Statement streamed = withSettings(Statement.select(select)).streamed(config.exportTimeout());
    if (settings().contains("http_send_timeout")) {
      // The server must bear with a reader that is slower than it is.
      streamed = streamed.with("http_send_timeout", "" + config.exportTimeout().toSeconds());
    }
    boolean[] begun = new boolean[1];
    try {
      call(
          streamed,
          rows -> {
            try {
              for (Row row = rows.nextMarked(); row != null; row = rows.nextMarked()) {
                begun[0] = true;
                consumer.accept(row);
              }
              return null;
            } catch (IOException cut) {
              if (!begun[0] || cut instanceof ResponseBody.SlowAnswerException) {
                throw cut;
              }
              // Rows that were handed over cannot be taken back: no other try begins anew.
              throw new StoreUnavailableException("The database's answer was cut off", cut);
            }
          });
    } catch (ServerFault fault) {
      throw begun[0] ? fault.translated() : fault;
    }
  }

  /** A search by the vector index, with the settings for one that the server knows. */
  Statement byIndex(Statement select) {
    Statement settled = select;
    for (Map.Entry<String, String> setting : dialect.searchSettings().entrySet()) {
      if (settings().contains(setting.getKey())) {
        settled = settled.with(setting.getKey(), setting.getValue());
      }
    }
    return settled;
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
    return statement.data() != null && settings().contains("async_insert")
        ? settled.with("async_insert", "0")
        : settled;
  }

  private <T> T call(Statement statement, RowsReader<T> reader) {
    return logged(() -> transport.call(statement, body -> reader.read(new RowReader(body))));
  }

  private static <T> T logged(Supplier<T> call) {
    try {
      return call.get();
    } catch (ServerFault fault) {
      if (fault.code() != ServerFault.UNKNOWN_TABLE) {
        LOG.warnf(
            "The database refused a statement (code %d): %s",
            (Object) fault.code(), fault.getMessage());
      }
      throw fault;
    }
  }

  /** Those of {@link #WANTED}, and of the dialect's, that the server knows. */
  Set<String> settings() {
    Set<String> known = settings;
    if (known == null) {
      StringBuilder sql = new StringBuilder("SELECT name FROM system.settings WHERE name IN ");
      Set<String> wanted = new HashSet<>(WANTED);
      wanted.addAll(dialect.searchSettings().keySet());
      sql.append(Sql.strings(wanted));
      dialect
          .metricSetting()
          .ifPresent(
              name ->
                  sql.append(" UNION ALL SELECT name FROM system.merge_tree_settings WHERE name = ")
                      .append(Sql.string(name)));
      Set<String> names = new HashSet<>();
      call(
          Statement.select(sql.toString()),
          rows -> {
            for (Row row = rows.next(); row != null; row = rows.next()) {
              names.add(row.string("name"));
            }
            return null;
          });
      known = Set.copyOf(names);
      settings = known;
    }
    return known;
  }

  /** Now by the server's clock, as the quickest of some answers tells it. */
  private long now() {
    Clock known = clock;
    if (known == null || System.nanoTime() - known.since > CLOCK_KEPT) {
      long best = Long.MAX_VALUE;
      long ahead = 0;
      for (int i = 0; i < CLOCK_READINGS; i++) {
        long before = System.nanoTime();
        long theirs =
            call(
                Statement.select("SELECT toUnixTimestamp64Nano(now64(9)) AS now"),
                rows -> rows.next().integer("now"));
        long after = System.nanoTime();
        if (after - before < best) {
          best = after - before;
          ahead = theirs - (before + best / 2);
        }
      }
      known = new Clock(ahead, System.nanoTime());
      clock = known;
    }
    return System.nanoTime() + known.ahead;
  }

  @Override
  public synchronized void close() {
    if (users > 0 && --users == 0) {
      transport.close();
    }
  }
}
