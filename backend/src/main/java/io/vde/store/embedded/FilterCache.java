package io.vde.store.embedded;

import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.LRUQueryCache;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryCachingPolicy;
import org.apache.lucene.search.Weight;

/**
 * The documents that recent filters matched, a bit set a segment: the pages of a session ask for
 * the same filter again and again. Freed with the segments.
 */
final class FilterCache {
  private static final int MAX_FILTERS = 256;
  private static final long MAX_BYTES = 32L << 20;

  private static final QueryCachingPolicy ALWAYS =
      new QueryCachingPolicy() {
        @Override
        public void onUse(Query query) {}

        @Override
        public boolean shouldCache(Query query) {
          return true;
        }
      };

  private final LRUQueryCache cache =
      new LRUQueryCache(
          MAX_FILTERS, MAX_BYTES, (LeafReaderContext leaf) -> true, Float.POSITIVE_INFINITY);

  Weight cached(Weight weight) {
    return cache.doCache(weight, ALWAYS);
  }
}
