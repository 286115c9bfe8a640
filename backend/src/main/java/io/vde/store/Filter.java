package io.vde.store;

import java.util.List;

/**
 * A condition on metadata: a small tree that each store translates into its own language.
 *
 * <p>A field that an image does not have matches nothing, so {@link Not} of it matches. A list
 * matches when any of its values does. Values of another type than the field's match nothing; a
 * Long and a Double compare as numbers. Strings order by their UTF-8 bytes.
 */
public sealed interface Filter {
  /** All of them; true when empty. */
  record And(List<Filter> filters) implements Filter {
    public And {
      filters = List.copyOf(filters);
    }
  }

  /** Any of them; false when empty. */
  record Or(List<Filter> filters) implements Filter {
    public Or {
      filters = List.copyOf(filters);
    }
  }

  /** The images that the inner one does not match. */
  record Not(Filter filter) implements Filter {}

  /** The field's value is any of these (String, Long, Double or Boolean). */
  record In(String field, List<Object> values) implements Filter {
    public In {
      values = List.copyOf(values);
    }
  }

  /** The field's value (String, Long or Double) compares so with the given one. */
  record Compare(String field, Operator operator, Object value) implements Filter {}

  /** The image has the field. */
  record Exists(String field) implements Filter {}

  /** The orderings of {@link Compare}. */
  enum Operator {
    GT,
    GTE,
    LT,
    LTE
  }
}
