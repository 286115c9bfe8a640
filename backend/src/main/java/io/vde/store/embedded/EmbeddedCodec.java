package io.vde.store.embedded;

import java.io.IOException;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's default codec with vectors laid out flat, of any length this store takes, and the int8
 * rows and the sketches each in a file of their own, so that a scan reads nothing else.
 *
 * <p>What is written is Lucene's own format under its own name, which any Lucene opens: there is no
 * graph because the size from which the format builds one is set out of reach (Lucene's flat format
 * itself has no name that a reader could look up).
 */
final class EmbeddedCodec extends Lucene104Codec {
  private final KnnVectorsFormat floats = new Flat();
  private final KnnVectorsFormat rows = new Flat();
  private final KnnVectorsFormat sketches = new Flat();

  @Override
  public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
    return switch (field) {
      case ImageDocument.ROW -> rows;
      case ImageDocument.SKETCH -> sketches;
      default -> floats;
    };
  }

  private static final class Flat extends KnnVectorsFormat {
    private final KnnVectorsFormat delegate;

    Flat() {
      this(
          new Lucene99HnswVectorsFormat(
              Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
              Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
              1,
              null,
              Integer.MAX_VALUE));
    }

    private Flat(KnnVectorsFormat delegate) {
      super(delegate.getName());
      this.delegate = delegate;
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return delegate.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return delegate.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
      return new Int8Row(4096).length();
    }
  }
}
