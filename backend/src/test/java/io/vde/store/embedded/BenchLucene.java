package io.vde.store.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene104.Lucene104ScalarQuantizedVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.ConstantScoreScorer;
import org.apache.lucene.search.ConstantScoreWeight;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.QueryVisitor;
import org.apache.lucene.search.RescoreTopNQuery;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BitSetIterator;
import org.apache.lucene.util.FixedBitSet;

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

  TopDocs flat(float[] query, int k, Query filter) throws IOException {
    return searcher.search(new KnnFloatVectorQuery(ImageDocument.VECTOR, query, k, filter), k);
  }

  TopDocs rescored(float[] query, int k, Query filter) throws IOException {
    Query knn = new KnnFloatVectorQuery(ImageDocument.VECTOR, query, OVERSAMPLED, filter);
    return searcher.search(
        RescoreTopNQuery.createFullPrecisionRescorerQuery(knn, query, ImageDocument.VECTOR, k), k);
  }

  /** Everything but some ids, prepared before the clock runs. */
  Query without(Set<String> ids) throws IOException {
    FixedBitSet[] accepted = new FixedBitSet[reader.leaves().size()];
    for (LeafReaderContext leaf : reader.leaves()) {
      FixedBitSet bits = new FixedBitSet(leaf.reader().maxDoc());
      BinaryDocValues values = leaf.reader().getBinaryDocValues(ImageDocument.ID);
      for (int doc = 0; doc < bits.length(); doc++) {
        if (values.advanceExact(doc) && !ids.contains(values.binaryValue().utf8ToString())) {
          bits.set(doc);
        }
      }
      accepted[leaf.ord] = bits;
    }
    return new Accepted(accepted);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }

  private static final class Accepted extends Query {
    private final FixedBitSet[] bits;

    Accepted(FixedBitSet[] bits) {
      this.bits = bits;
    }

    @Override
    public Weight createWeight(IndexSearcher searcher, ScoreMode mode, float boost) {
      return new ConstantScoreWeight(this, boost) {
        @Override
        public ScorerSupplier scorerSupplier(LeafReaderContext leaf) {
          FixedBitSet set = bits[leaf.ord];
          return new DefaultScorerSupplier(
              new ConstantScoreScorer(1, mode, new BitSetIterator(set, set.length())));
        }

        @Override
        public boolean isCacheable(LeafReaderContext leaf) {
          return false;
        }
      };
    }

    @Override
    public void visit(QueryVisitor visitor) {
      visitor.visitLeaf(this);
    }

    @Override
    public String toString(String field) {
      return "accepted";
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
