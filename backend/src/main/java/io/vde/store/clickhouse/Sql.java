package io.vde.store.clickhouse;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Writes names and values so that nothing in them is read as SQL.
 *
 * <p>Strings keep every character but quote, backslash and the controls, which are written as
 * escapes; all servers read these alike. An unpaired surrogate has no UTF-8 and becomes a question
 * mark on its way, here as in a stored value.
 */
final class Sql {
  private Sql() {}

  /** A quoted name of a table, column or cluster. */
  static String name(String name) {
    return quoted(name, '`');
  }

  /** A string literal. */
  static String string(String value) {
    return quoted(value, '\'');
  }

  private static String quoted(String value, char quote) {
    StringBuilder sql = new StringBuilder(value.length() + 2).append(quote);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == quote || c == '\\') {
        sql.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f) {
        sql.append("\\x")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        sql.append(c);
      }
    }
    return sql.append(quote).toString();
  }

  /** Literals in parentheses, for IN. */
  static String strings(Collection<String> values) {
    return values.stream().map(Sql::string).collect(Collectors.joining(",", "(", ")"));
  }

  /** Literals in brackets, as an array. */
  static String array(Collection<String> values) {
    return values.stream().map(Sql::string).collect(Collectors.joining(",", "[", "]"));
  }

  /**
   * A vector. Every number has a decimal point: MyScale takes an array of whole numbers for another
   * type and refuses it.
   */
  static String vector(float[] vector) {
    StringBuilder sql = new StringBuilder(vector.length * 12).append('[');
    for (int i = 0; i < vector.length; i++) {
      sql.append(i == 0 ? "" : ",").append(vector[i]);
    }
    return sql.append(']').toString();
  }

  /** A Float64 literal, infinities included. */
  static String number(double value) {
    return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
  }

  /** An Int64 literal. Its lowest value has no literal of its own type. */
  static String number(long value) {
    return value == Long.MIN_VALUE ? "toInt64('" + value + "')" : Long.toString(value);
  }
}
