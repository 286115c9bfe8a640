package io.vde.store.embedded;

import io.vde.store.ImageRecord;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.util.BytesRef;

/** Reads images of one snapshot back from their documents, in any order. */
final class ImageReader {
  private final List<LeafReaderContext> leaves;
  private final Columns[] columns;

  ImageReader(IndexSearcher searcher) {
    leaves = searcher.getLeafContexts();
    columns = new Columns[leaves.size()];
  }

  ImageRecord read(int doc, boolean withVector) throws IOException {
    Columns leaf = at(doc);
    int local = doc - leaf.docBase;
    String id = leaf.id(local).utf8ToString();
    return RecordBytes.decode(id, leaf.record(local), withVector ? leaf.vector(local) : null);
  }

  BytesRef id(int doc) throws IOException {
    Columns leaf = at(doc);
    return BytesRef.deepCopyOf(leaf.id(doc - leaf.docBase));
  }

  private Columns at(int doc) throws IOException {
    int leaf = ReaderUtil.subIndex(doc, leaves);
    if (columns[leaf] == null) {
      columns[leaf] = new Columns(leaves.get(leaf));
    }
    return columns[leaf];
  }

  /** Doc values go forward only; to go back they are opened anew, which costs little. */
  private static final class Columns {
    private final LeafReader reader;
    private final int docBase;
    private BinaryDocValues ids;
    private BinaryDocValues records;
    private FloatVectorValues vectors;

    Columns(LeafReaderContext leaf) {
      reader = leaf.reader();
      docBase = leaf.docBase;
    }

    BytesRef id(int doc) throws IOException {
      if (ids == null || ids.docID() > doc) {
        ids = reader.getBinaryDocValues(ImageDocument.ID);
      }
      return value(ids, doc);
    }

    BytesRef record(int doc) throws IOException {
      if (records == null || records.docID() > doc) {
        records = reader.getBinaryDocValues(ImageDocument.RECORD);
      }
      return value(records, doc);
    }

    private static BytesRef value(BinaryDocValues values, int doc) throws IOException {
      if (!values.advanceExact(doc)) {
        throw new IllegalStateException("Document " + doc + " is not an image");
      }
      return values.binaryValue();
    }

    float[] vector(int doc) throws IOException {
      if (vectors == null) {
        vectors = reader.getFloatVectorValues(ImageDocument.VECTOR);
      }
      return vectors.vectorValue(doc).clone();
    }
  }
}
