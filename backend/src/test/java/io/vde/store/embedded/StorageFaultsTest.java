package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.vde.store.StorageFullException;
import io.vde.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.AlreadyClosedException;
import org.junit.jupiter.api.Test;

class StorageFaultsTest {
  @Test
  void aFaultIsSaidInWordsThatNameNoClassAndNoFile() {
    for (Throwable fault :
        List.of(
            new CorruptIndexException("codec footer mismatch", "MMapIndexInput(path=/data/_0.cfs)"),
            new NoSuchFileException("/data/datasets/birds/segments_7"),
            new IOException("java.lang.InternalError: a fault occurred"),
            new InternalError("org.apache.lucene"),
            new AlreadyClosedException("this IndexReader is closed"))) {
      RuntimeException said = StorageFaults.translate(fault, "birds");
      assertInstanceOf(StoreUnavailableException.class, said);
      assertEquals("The dataset 'birds' cannot be used now; the log has more", said.getMessage());
      assertSame(fault, said.getCause());
    }
  }

  @Test
  void aFullDiskIsOneHoweverDeepItIsSaid() {
    assertInstanceOf(
        StorageFullException.class,
        StorageFaults.translate(
            new IOException("flush failed", new IOException("No space left on device")), "birds"));
  }
}
