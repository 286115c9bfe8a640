package io.vde.store.embedded;

import io.vde.store.Filter;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TwoPhaseIterator;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.BytesRef;

/**
 * The images whose field has a string too long for a term that meets a condition: found by {@link
 * Keyword#longString}, decided by the record itself.
 */
final class LongStringQuery extends Query {
  private final Filter condition;
  private final String field;

  LongStringQuery(Filter.In in) {
    condition = in;
    field = in.field();
  }

  LongStringQuery(Filter.Compare compare) {
    condition = compare;
    field = compare.field();
  }

  private boolean meets(String value) {
    BytesRef bytes = new BytesRef(value);
    if (!Keyword.tooLong(bytes)) {
      return false;
    }
    return switch (condition) {
      case Filter.In in -> in.values().contains(value);
      case Filter.Compare compare -> {
        int order = bytes.compareTo(new BytesRef((String) compare.value()));
        yield switch (compare.operator()) {
          case GT -> order > 0;
          case GTE -> order >= 0;
          case LT -> order < 0;
          case LTE -> order <= 0;
        };
      }
      default -> throw new IllegalStateException("No condition on strings: " + condition);
    };
  }

  private boolean meets(BytesRef record) {
    return switch (RecordBytes.decode("", record, null).metadata().get(field)) {
      case String s -> meets(s);
      case List<?> list -> list.stream().anyMatch(item -> meets((String) item));
      case null, default -> false;
    };
  }

  @Override
  public Weight createWeight(IndexSearcher searcher, ScoreMode scoreMode, float boost) {
    return new ConstantScoreWeight(this, boost) {
      @Override
      public ScorerSupplier scorerSupplier(LeafReaderContext context) throws IOException {
        PostingsEnum candidates =
            context
                .reader()
                .postings(
                    new Term(ImageDocument.KEYWORDS, Keyword.longString(field)), PostingsEnum.NONE);
        if (candidates == null) {
          return null;
        }
        BinaryDocValues records = context.reader().getBinaryDocValues(ImageDocument.RECORD);
        TwoPhaseIterator confirmed =
            new TwoPhaseIterator(candidates) {
              @Override
              public boolean matches() throws IOException {
                return records.advanceExact(candidates.docID()) && meets(records.binaryValue());
              }

              @Override
              public float matchCost() {
                return 100_000;
              }
            };
        return new DefaultScorerSupplier(new ConstantScoreScorer(1, scoreMode, confirmed));
      }

      @Override
      public boolean isCacheable(LeafReaderContext context) {
        return true;
      }
    };
  }

  @Override
  public void visit(QueryVisitor visitor) {
    visitor.visitLeaf(this);
  }

  @Override
  public String toString(String defaultField) {
    return "LongString(" + field + ")";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LongStringQuery query && condition.equals(query.condition);
  }

  @Override
  public int hashCode() {
    return Objects.hash(LongStringQuery.class, condition);
  }
}
