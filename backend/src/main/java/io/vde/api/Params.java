package io.vde.api;

/** Query parameters as text, read with a clear error where the HTTP layer would answer 404. */
final class Params {
  static final int DEFAULT_LIMIT = 24;
  static final int DEFAULT_PAGE = 9;
  static final int MAX_LIMIT = 1000;

  private Params() {}

  static int offset(String value) {
    return integer("offset", value, 0, 0, Integer.MAX_VALUE - MAX_LIMIT);
  }

  static int limit(String value, int defaultLimit) {
    return integer("limit", value, defaultLimit, 1, MAX_LIMIT);
  }

  /** The limit of a JSON body; null means the default. */
  static int limit(Integer value, int defaultLimit) {
    int limit = value == null ? defaultLimit : value;
    if (limit < 1 || limit > MAX_LIMIT) {
      throw ProblemException.malformed("limit", "must be 1 to " + MAX_LIMIT);
    }
    return limit;
  }

  static int integer(String field, String value, int missing, int min, int max) {
    return Math.toIntExact(whole(field, value, missing, min, max));
  }

  private static long whole(String field, String value, long missing, long min, long max) {
    if (value == null) {
      return missing;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw ProblemException.malformed(field, "must be a whole number, not '" + value + "'");
    }
    throw ProblemException.malformed(field, "must be %d to %d".formatted(min, max));
  }

  /** A revision; null when it is missing. */
  static Long revision(String field, String value) {
    return value == null ? null : (Long) whole(field, value, 0, 0, Long.MAX_VALUE);
  }
}
