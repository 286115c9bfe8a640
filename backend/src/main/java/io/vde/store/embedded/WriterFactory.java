package io.vde.store.embedded;

import java.io.IOException;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexWriterConfig.OpenMode;
import org.apache.lucene.index.MergePolicy;
import org.apache.lucene.index.MergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.store.Directory;
import org.jboss.logging.Logger;

/** Opens Lucene's writers with the settings of this store. */
final class WriterFactory {
  private static final Logger LOG = Logger.getLogger(WriterFactory.class);

  private final Directory directory;
  private final long bufferBytes;
  private final Runnable mergeFinished;

  WriterFactory(Directory directory, long bufferBytes, Runnable mergeFinished) {
    this.directory = directory;
    this.bufferBytes = bufferBytes;
    this.mergeFinished = mergeFinished;
  }

  /** A writer that goes on from the last commit. */
  IndexWriter open() throws IOException {
    IndexWriterConfig config = config(OpenMode.APPEND);
    config.setRAMBufferSizeMB(bufferBytes / (double) (1 << 20));
    config.setMergePolicy(new TieredMergePolicy());
    config.setMergeScheduler(new Merges());
    return new IndexWriter(directory, config);
  }

  /** Makes an empty index that holds a dataset, in one atomic step. */
  static void create(Directory directory, DatasetCommit commit) throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config(OpenMode.CREATE))) {
      writer.setLiveCommitData(commit.userData().entrySet());
      writer.commit();
    }
  }

  private static IndexWriterConfig config(OpenMode mode) {
    // Closing is no reason to keep what nobody was told is kept.
    return new IndexWriterConfig()
        .setOpenMode(mode)
        .setCodec(new EmbeddedCodec())
        .setCommitOnClose(false);
  }

  /** Merges beside the writes, one at a time, and says when one is done. */
  private final class Merges extends ConcurrentMergeScheduler {
    Merges() {
      setMaxMergesAndThreads(6, 1);
    }

    @Override
    protected void doMerge(MergeScheduler.MergeSource source, MergePolicy.OneMerge merge)
        throws IOException {
      super.doMerge(source, merge);
      mergeFinished.run();
    }

    // Lucene's writer has closed itself by then; the next change finds out and opens another.
    @Override
    protected void handleMergeException(Throwable fault) {
      LOG.warnf("A merge failed and will be tried again: %s", fault.getMessage());
    }
  }
}
