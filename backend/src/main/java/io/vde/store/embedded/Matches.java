package io.vde.store.embedded;

import io.vde.store.Filter;
import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;
import org.apache.lucene.util.Bits;

/** The documents of a snapshot that match a filter (null: all) and are not excluded. */
final class Matches {
  private final IndexSearcher searcher;
  private final Weight weight;
  private final ExcludedIds excluded;

  Matches(IndexSearcher searcher, Filter filter, ExcludedIds excluded, FilterCache cache)
      throws IOException {
    this.searcher = searcher;
    this.excluded = excluded;
    if (filter == null) {
      weight = null;
    } else {
      Query query = searcher.rewrite(FilterQueries.translate(filter));
      weight = cache.cached(searcher.createWeight(query, ScoreMode.COMPLETE_NO_SCORES, 1));
    }
  }

  boolean filtered() {
    return weight != null;
  }

  ExcludedIds excluded() {
    return excluded;
  }

  /** About how many documents match, deleted and excluded ones included. */
  long estimate() throws IOException {
    if (weight == null) {
      return searcher.getIndexReader().numDocs();
    }
    long sum = 0;
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      ScorerSupplier supplier = weight.scorerSupplier(leaf);
      sum += supplier == null ? 0 : supplier.cost();
    }
    return sum;
  }

  /** Documents of a segment that match the filter; deleted and excluded ones may be among them. */
  DocIdSetIterator iterator(LeafReaderContext leaf) throws IOException {
    if (weight == null) {
      return DocIdSetIterator.all(leaf.reader().maxDoc());
    }
    Scorer scorer = weight.scorer(leaf);
    return scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
  }

  /** How many there are. */
  long count() throws IOException {
    if (weight == null && excluded.isEmpty()) {
      return searcher.getIndexReader().numDocs();
    }
    long count = 0;
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      DocIdSetIterator docs = iterator(leaf);
      Bits live = leaf.reader().getLiveDocs();
      ExcludedIds.Leaf out = excluded.leaf(leaf.reader());
      for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
        if ((live == null || live.get(doc)) && !out.contains(doc)) {
          count++;
        }
      }
    }
    return count;
  }
}
