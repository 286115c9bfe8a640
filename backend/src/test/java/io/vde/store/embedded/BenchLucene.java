package io.vde.store.embedded;

import io.vde.store.ImageRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;

/** Lucene's own flat searches, to compare with: as fast as one can call them from outside. */
final class BenchLucene implements AutoCloseable {
  /** Candidates that the int8 search re-scores; with 100 it misses some of the nearest 100. */
  private static final int OVERSAMPLED = 400;

  private final IndexReader reader;
  private final IndexSearcher searcher;

  BenchLucene(Path folder) throws IOException {
    reader = DirectoryReader.open(new MMapDirectory(folder));
    searcher = new IndexSearcher(reader);
  }

  /** A writer of the int8 format. */
  static IndexWriter int8Writer(Path folder) throws IOException {
    Lucene104Codec codec =
        new Lucene104Codec() {
          private final KnnVectorsFormat int8 = new Lucene104ScalarQuantizedVectorsFormat();

          @Override
          public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
            return int8;
          }
        };
    return new IndexWriter(
        new MMapDirectory(folder), new IndexWriterConfig().setCodec(codec).setRAMBufferSizeMB(256));
  }

  /** The store's document without what is the store's own. */
  static Document document(Document ours) {
    ours.removeField(ImageDocument.ROW);
    return ours;
  }

  List<ImageRecord> flat(float[] query, int k, Query filter) throws IOException {
    return records(
        searcher.search(new KnnFloatVectorQuery(ImageDocument.VECTOR, query, k, filter), k));
  }

  List<ImageRecord> rescored(float[] query, int k, Query filter) throws IOException {
    Query knn = new KnnFloatVectorQuery(ImageDocument.VECTOR, query, OVERSAMPLED, filter);
    Query rescored =
        RescoreTopNQuery.createFullPrecisionRescorerQuery(knn, query, ImageDocument.VECTOR, k);
    return records(searcher.search(rescored, k));
  }

  /** Everything but some ids, in the way Lucene has for it. */
  static Query without(Set<String> ids) {
    List<BytesRef> terms = ids.stream().map(BytesRef::new).toList();
    return new BooleanQuery.Builder()
        .add(MatchAllDocsQuery.INSTANCE, BooleanClause.Occur.FILTER)
        .add(new TermInSetQuery(ImageDocument.ID, terms), BooleanClause.Occur.MUST_NOT)
        .build();
  }

  // Whoever searches wants the records, in ours and here.
  private List<ImageRecord> records(TopDocs hits) throws IOException {
    ImageReader images = new ImageReader(searcher);
    List<ImageRecord> records = new ArrayList<>();
    for (ScoreDoc hit : hits.scoreDocs) {
      records.add(images.read(hit.doc, false));
    }
    return records;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
