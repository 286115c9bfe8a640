package io.vde.store.embedded;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** Finds documents of one snapshot by id. Not for use by several threads. */
final class IdLookup {
  private final List<LeafReaderContext> leaves;
  private final TermsEnum[] terms;
  private PostingsEnum postings;

  IdLookup(IndexSearcher searcher) throws IOException {
    leaves = searcher.getLeafContexts();
    terms = new TermsEnum[leaves.size()];
    for (LeafReaderContext leaf : leaves) {
      Terms ids = leaf.reader().terms(ImageDocument.ID);
      terms[leaf.ord] = ids == null ? null : ids.iterator();
    }
  }

  /** The number of the image's document in the whole snapshot, or -1. */
  int find(String id) throws IOException {
    BytesRef bytes = new BytesRef(id);
    // The newest segments hold what was written last, which is asked for most.
    for (int i = leaves.size() - 1; i >= 0; i--) {
      if (terms[i] == null || !terms[i].seekExact(bytes)) {
        continue;
      }
      Bits live = leaves.get(i).reader().getLiveDocs();
      postings = terms[i].postings(postings, PostingsEnum.NONE);
      for (int doc = postings.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = postings.nextDoc()) {
        if (live == null || live.get(doc)) {
          return leaves.get(i).docBase + doc;
        }
      }
    }
    return -1;
  }
}
