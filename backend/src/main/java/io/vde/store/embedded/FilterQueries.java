package io.vde.store.embedded;

import io.vde.store.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TermRangeQuery;
import org.apache.lucene.util.BytesRef;

/** Translates {@link Filter} into Lucene's queries. */
final class FilterQueries {
  static {
    // Lucene's guard against careless users, 1024 clauses, is lower than what callers may send.
    IndexSearcher.setMaxClauseCount(Math.max(IndexSearcher.getMaxClauseCount(), 1 << 16));
  }

  private FilterQueries() {}

  static Query translate(Filter filter) {
    return switch (filter) {
      case Filter.And(List<Filter> filters) -> and(filters);
      case Filter.Or(List<Filter> filters) -> or(filters.stream().map(FilterQueries::translate));
      case Filter.Not(Filter inner) ->
          new BooleanQuery.Builder()
              .add(MatchAllDocsQuery.INSTANCE, Occur.FILTER)
              .add(translate(inner), Occur.MUST_NOT)
              .build();
      case Filter.In in -> in(in);
      case Filter.Compare compare -> compare(compare);
      case Filter.Exists(String field) -> keyword(Keyword.exists(field));
    };
  }

  private static Query and(List<Filter> filters) {
    if (filters.isEmpty()) {
      return MatchAllDocsQuery.INSTANCE;
    }
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    filters.forEach(f -> all.add(translate(f), Occur.FILTER));
    return all.build();
  }

  private static Query or(Stream<Query> queries) {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    queries.forEach(q -> any.add(q, Occur.SHOULD));
    BooleanQuery query = any.build();
    return query.clauses().isEmpty() ? MatchNoDocsQuery.INSTANCE : query;
  }

  private static Query in(Filter.In in) {
    List<BytesRef> terms = new ArrayList<>();
    List<byte[]> numbers = new ArrayList<>();
    boolean longStrings = false;
    for (Object value : in.values()) {
      switch (value) {
        case String s -> {
          BytesRef bytes = new BytesRef(s);
          if (Keyword.tooLong(bytes)) {
            longStrings = true;
          } else {
            terms.add(Keyword.string(in.field(), bytes));
          }
        }
        case Boolean b -> terms.add(Keyword.bool(in.field(), b));
        case Number n -> addNumber(numbers, n);
        default -> throw unknown(value);
      }
    }
    List<Query> queries = new ArrayList<>();
    if (terms.size() == 1) {
      queries.add(keyword(terms.getFirst()));
    } else if (!terms.isEmpty()) {
      queries.add(new TermInSetQuery(ImageDocument.KEYWORDS, terms));
    }
    if (!numbers.isEmpty()) {
      queries.add(
          BinaryPoint.newSetQuery(
              ImageDocument.numbers(in.field()), numbers.toArray(byte[][]::new)));
    }
    if (longStrings) {
      queries.add(new LongStringQuery(in));
    }
    return or(queries.stream());
  }

  private static void addNumber(List<byte[]> keys, Number number) {
    switch (number) {
      case Long l -> keys.add(NumberKey.of(l));
      case Double d when d.isNaN() -> {
        // Equal to nothing.
      }
      case Double d -> keys.add(NumberKey.of(d));
      default -> throw unknown(number);
    }
  }

  private static Query compare(Filter.Compare compare) {
    return switch (compare.value()) {
      case String s -> compareString(compare, new BytesRef(s));
      case Long l -> compareNumber(compare, NumberKey.of(l));
      case Double d when d.isNaN() -> MatchNoDocsQuery.INSTANCE;
      case Double d -> compareNumber(compare, NumberKey.of(d));
      default -> throw unknown(compare.value());
    };
  }

  private static Query compareString(Filter.Compare compare, BytesRef value) {
    String field = compare.field();
    // A string short enough for a term is below a longer one exactly when it is not above the
    // longer one's beginning.
    boolean cut = Keyword.tooLong(value);
    BytesRef bound = Keyword.string(field, Keyword.cut(value));
    Query terms =
        switch (compare.operator()) {
          case GT -> range(bound, Keyword.afterStrings(field), false, false);
          case GTE -> range(bound, Keyword.afterStrings(field), !cut, false);
          case LT -> range(Keyword.string(field, new BytesRef()), bound, true, cut);
          case LTE -> range(Keyword.string(field, new BytesRef()), bound, true, true);
        };
    return or(Stream.of(terms, new LongStringQuery(compare)));
  }

  private static Query range(
      BytesRef lower, BytesRef upper, boolean includeLower, boolean includeUpper) {
    return new TermRangeQuery(ImageDocument.KEYWORDS, lower, upper, includeLower, includeUpper);
  }

  private static Query compareNumber(Filter.Compare compare, byte[] key) {
    byte[] lowest = NumberKey.of(Double.NEGATIVE_INFINITY);
    byte[] highest = NumberKey.of(Double.POSITIVE_INFINITY);
    String field = ImageDocument.numbers(compare.field());
    return switch (compare.operator()) {
      case GT -> BinaryPoint.newRangeQuery(field, NumberKey.after(key), highest);
      case GTE -> BinaryPoint.newRangeQuery(field, key, highest);
      case LT -> BinaryPoint.newRangeQuery(field, lowest, NumberKey.before(key));
      case LTE -> BinaryPoint.newRangeQuery(field, lowest, key);
    };
  }

  private static Query keyword(BytesRef term) {
    return new TermQuery(new Term(ImageDocument.KEYWORDS, term));
  }

  private static IllegalArgumentException unknown(Object value) {
    return new IllegalArgumentException(
        "A filter compares strings, longs, doubles and booleans, not " + value);
  }
}
