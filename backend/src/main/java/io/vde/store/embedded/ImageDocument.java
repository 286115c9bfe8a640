package io.vde.store.embedded;

import io.vde.store.ImageRecord;
import java.util.List;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.BinaryPoint;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/** How an image lies in a Lucene document. */
final class ImageDocument {
  /** The id: a term to find it by, and a doc value to read it back. */
  static final String ID = "id";

  /** {@link IdHash} of the id. */
  static final String HASH = "hash";

  /** Grows with every insertion and replacement. */
  static final String SEQUENCE = "sequence";

  /** {@link RecordBytes}. */
  static final String RECORD = "record";

  /** The float vector. */
  static final String VECTOR = "vector";

  /** {@link Int8Row} of the vector. */
  static final String ROW = "int8";

  /** {@link Sketch} of the vector, where it is {@linkplain Sketch#useful useful}. */
  static final String SKETCH = "sketch4";

  /** {@link Keyword} terms of the metadata. */
  static final String KEYWORDS = "keywords";

  private ImageDocument() {}

  /**
   * The document of an image whose vector is valid.
   *
   * @param sketch null for none
   */
  static Document of(ImageRecord image, long sequence, Int8Row layout, Sketch sketch) {
    BytesRef id = new BytesRef(image.id());
    long hash = IdHash.of(image.id());
    Document document = new Document();
    document.add(new StringField(ID, id, Field.Store.NO));
    document.add(new BinaryDocValuesField(ID, id));
    document.add(new NumericDocValuesField(HASH, hash));
    document.add(new LongField(SEQUENCE, sequence, Field.Store.NO));
    document.add(new BinaryDocValuesField(RECORD, RecordBytes.encode(image)));
    // Nothing here asks Lucene to compare vectors; Euclidean has no demands on them.
    document.add(
        new KnnFloatVectorField(VECTOR, image.vector(), VectorSimilarityFunction.EUCLIDEAN));
    document.add(
        new KnnByteVectorField(
            ROW, layout.encode(image.vector(), hash), VectorSimilarityFunction.EUCLIDEAN));
    if (sketch != null) {
      document.add(
          new KnnByteVectorField(
              SKETCH, sketch.encode(image.vector(), hash), VectorSimilarityFunction.EUCLIDEAN));
    }
    image.metadata().forEach((name, value) -> addField(document, name, value));
    return document;
  }

  private static void addField(Document document, String name, Object value) {
    addKeyword(document, Keyword.exists(name));
    switch (value) {
      case String s -> addString(document, name, s);
      case Boolean b -> addKeyword(document, Keyword.bool(name, b));
      case Long l -> document.add(new BinaryPoint(numbers(name), NumberKey.of(l)));
      case Double d -> document.add(new BinaryPoint(numbers(name), NumberKey.of(d)));
      case List<?> list -> list.forEach(item -> addString(document, name, (String) item));
      default -> throw new IllegalArgumentException("No field for " + value.getClass());
    }
  }

  private static void addString(Document document, String name, String value) {
    BytesRef bytes = new BytesRef(value);
    addKeyword(
        document, Keyword.tooLong(bytes) ? Keyword.longString(name) : Keyword.string(name, bytes));
  }

  private static void addKeyword(Document document, BytesRef term) {
    document.add(new StringField(KEYWORDS, term, Field.Store.NO));
  }

  /** Name of the points field that holds the numbers of a metadata field. */
  static String numbers(String field) {
    return "number:" + field;
  }

  static Term idTerm(String id) {
    return new Term(ID, new BytesRef(id));
  }
}
