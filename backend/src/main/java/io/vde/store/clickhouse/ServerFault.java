package io.vde.store.clickhouse;

import io.vde.store.StorageFullException;
import io.vde.store.StoreUnavailableException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The database has answered with an error.
 *
 * <p>Old servers write {@code Code: 62, e.displayText() = DB::Exception: …}, new ones {@code Code:
 * 62. DB::Exception: …}; the number is the same.
 */
final class ServerFault extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final Pattern CODE = Pattern.compile("Code: (\\d+)[.,]\\s*(?s:(.{0,2000}))");

  /** Error codes of ClickHouse, as its {@code ErrorCodes.cpp} numbers them. */
  static final int UNKNOWN_TABLE = 60;

  static final int UNKNOWN_DATABASE = 81;

  private final int status;
  private final int code;

  private ServerFault(int status, int code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  /**
   * The error of an answer.
   *
   * @param header {@code X-ClickHouse-Exception-Code}, or null
   * @param body the answer's text, or its end
   */
  static ServerFault of(int status, String header, String body) {
    Matcher matcher = CODE.matcher(body);
    if (matcher.find()) {
      return new ServerFault(status, Integer.parseInt(matcher.group(1)), matcher.group(2));
    }
    int code = header == null || !header.matches("\\d{1,9}") ? 0 : Integer.parseInt(header);
    return new ServerFault(status, code, body.length() > 2000 ? body.substring(0, 2000) : body);
  }

  int code() {
    return code;
  }

  /** Whether the same statement may do better in a moment. */
  boolean transientFault() {
    return switch (code) {
      // Nothing of ClickHouse's own: a proxy's 502, 503 or 504.
      case 0 -> status >= 500;
      // Too many queries; a replica is lost, read-only or behind; a network error inside.
      case 202, 209, 210, 242, 254, 279, 319, 999 -> true;
      default -> false;
    };
  }

  /**
   * Whether the server did nothing because another insert must reach its quorum first, or because
   * it has yet to fetch the last one: on a cluster, under writers on several nodes, an ordinary
   * moment.
   */
  boolean outOfTurn() {
    return code == 286 || code == 289;
  }

  /** Whether the vectors of the statement and the table differ in length. */
  boolean otherDimension() {
    return code == 469
        || code == 190
        || getMessage().contains("Dimension is not equal")
        || getMessage().contains("have different sizes");
  }

  /** Does something with the database, whose faults become those of a store. */
  static <T> T translating(Supplier<T> work) {
    try {
      return work.get();
    } catch (ServerFault fault) {
      throw fault.translated();
    }
  }

  /** What the fault is to the caller of a store, in words that a user may read. */
  RuntimeException translated() {
    if (status == 401 || code == 192 || code == 193 || code == 194 || code == 516) {
      return unavailable("The database refuses the service's user or password");
    }
    if (otherDimension()) {
      return unavailable("The database's table holds vectors of another length");
    }
    return switch (code) {
      case UNKNOWN_DATABASE -> unavailable("The database that is configured does not exist");
      case 497, 291 -> unavailable("The database user lacks a privilege that the service needs");
      case 243 -> new StorageFullException("The database has no room left", this);
      case 159, 160, 394 -> unavailable("The database took too long for this");
      case 202, 241, 252 -> unavailable("The database is overloaded");
      case 242, 285, 286, 289, 319 -> unavailable("The database cannot write at the moment");
      case 1001 ->
          unavailable("The database does not know the vector index type that is configured");
      default ->
          status == 403
              ? unavailable("The database refuses the service's user or password")
              : unavailable("The database reported an error (code %d)".formatted(code));
    };
  }

  private StoreUnavailableException unavailable(String message) {
    return new StoreUnavailableException(message, this);
  }
}
