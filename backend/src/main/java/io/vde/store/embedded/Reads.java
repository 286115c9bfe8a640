package io.vde.store.embedded;

import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.Page;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** What can be read from one snapshot of a dataset. */
final class Reads {
  private static final Sort NEWEST_FIRST =
      new Sort(
          LongField.newSortField(ImageDocument.SEQUENCE, true, SortedNumericSelector.Type.MIN));

  private final DotKernel kernel;
  private final FilterCache filters = new FilterCache();

  Reads(DotKernel kernel) {
    this.kernel = kernel;
  }

  Map<String, ImageRecord> get(IndexSearcher searcher, Collection<String> ids) throws IOException {
    IdLookup lookup = new IdLookup(searcher);
    ImageReader reader = new ImageReader(searcher);
    Map<String, ImageRecord> found = new LinkedHashMap<>();
    for (String id : new LinkedHashSet<>(ids)) {
      int doc = lookup.find(id);
      if (doc >= 0) {
        found.put(id, reader.read(doc, true));
      }
    }
    return found;
  }

  Page<ImageRecord> list(IndexSearcher searcher, Filter filter, int offset, int limit)
      throws IOException {
    long total = new Matches(searcher, filter, ExcludedIds.NONE, filters).count();
    int wanted = (int) Math.min((long) offset + limit, total);
    if (limit == 0 || offset >= total) {
      return new Page<>(List.of(), total);
    }
    HeapBudget.check(wanted, 64, "list " + wanted + " images");
    Query query = filter == null ? MatchAllDocsQuery.INSTANCE : FilterQueries.translate(filter);
    ScoreDoc[] top =
        searcher.search(query, new TopFieldCollectorManager(NEWEST_FIRST, wanted, 0)).scoreDocs;
    ImageReader reader = new ImageReader(searcher);
    List<ImageRecord> items = new ArrayList<>(wanted - offset);
    for (int i = offset; i < top.length; i++) {
      items.add(reader.read(top[i].doc, false));
    }
    return new Page<>(items, total);
  }

  SearchResult search(
      Snapshot searcher, SearchQuery query, float[] vector, Cancellation cancellation)
      throws IOException {
    ExcludedIds excluded =
        query.exclude().isEmpty() ? ExcludedIds.NONE : new ExcludedIds(query.exclude());
    Matches matches = new Matches(searcher, query.filter(), excluded, filters);
    long total = query.countTotal() ? matches.count() : -1;
    int k =
        (int) Math.min((long) query.offset() + query.limit(), searcher.getIndexReader().numDocs());
    if (query.limit() == 0 || query.offset() >= k) {
      return new SearchResult(List.of(), total);
    }
    Ranking ranking = new NearestSearch(searcher, matches, vector, kernel, cancellation).nearest(k);
    int end = Math.min(k, ranking.size());
    return new SearchResult(
        query.offset() >= end
            ? List.of()
            : hits(searcher, ranking, query.offset(), end, query.includeVectors()),
        total);
  }

  /** All images that match, nearest first. */
  Ranking ranking(Snapshot searcher, float[] vector, Filter filter, Cancellation cancellation)
      throws IOException {
    Matches matches = new Matches(searcher, filter, ExcludedIds.NONE, filters);
    return new NearestSearch(searcher, matches, vector, kernel, cancellation).all();
  }

  /** The images at some places of a ranking, equal scores ordered by id. */
  List<SearchResult.Hit> hits(
      IndexSearcher searcher, Ranking ranking, int start, int end, boolean withVectors)
      throws IOException {
    ImageReader reader = new ImageReader(searcher);
    // A run may reach over many turns of a long ranking, and is put in order in the first.
    int run = Math.max(ranking.ordered(), ranking.runStart(start));
    while (run < end) {
      int runEnd = ranking.runEnd(run);
      if (runEnd - run > 1) {
        orderById(reader, ranking, run, runEnd);
      }
      run = runEnd;
    }
    ranking.orderedUpTo(Math.max(run, ranking.ordered()));
    // Documents are read in the order they lie in.
    int[] docs = new int[end - start];
    for (int i = start; i < end; i++) {
      docs[i - start] = ranking.doc(i);
    }
    int[] sorted = docs.clone();
    Arrays.sort(sorted);
    Map<Integer, ImageRecord> images = HashMap.newHashMap(docs.length);
    for (int doc : sorted) {
      images.put(doc, reader.read(doc, withVectors));
    }
    List<SearchResult.Hit> hits = new ArrayList<>(docs.length);
    for (int i = 0; i < docs.length; i++) {
      hits.add(new SearchResult.Hit(images.get(docs[i]), 1 - (double) ranking.score(start + i)));
    }
    return hits;
  }

  private static void orderById(ImageReader reader, Ranking ranking, int start, int end)
      throws IOException {
    record Tie(BytesRef id, int doc) {}
    HeapBudget.check(end - start, 128, "order images that are equally near");
    Tie[] ties = new Tie[end - start];
    for (int i = 0; i < ties.length; i++) {
      int doc = ranking.doc(start + i);
      ties[i] = new Tie(reader.id(doc), doc);
    }
    Arrays.sort(ties, java.util.Comparator.comparing(Tie::id));
    ranking.reorder(start, Arrays.stream(ties).mapToInt(Tie::doc).toArray());
  }

  /** The digests of the images among some documents. */
  Set<String> digests(IndexSearcher searcher, int start, int end) throws IOException {
    Set<String> digests = new LinkedHashSet<>();
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      int first = Math.max(start - leaf.docBase, 0);
      int last = Math.min(end - leaf.docBase, leaf.reader().maxDoc());
      if (first >= last) {
        continue;
      }
      Bits live = leaf.reader().getLiveDocs();
      BinaryDocValues records = leaf.reader().getBinaryDocValues(ImageDocument.RECORD);
      for (int doc = first; doc < last; doc++) {
        if ((live == null || live.get(doc)) && records.advanceExact(doc)) {
          String digest = RecordBytes.sha256(records.binaryValue());
          if (digest != null) {
            digests.add(digest);
          }
        }
      }
    }
    return digests;
  }
}
