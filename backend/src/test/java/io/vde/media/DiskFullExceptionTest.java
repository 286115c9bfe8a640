package io.vde.media;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskFullExceptionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "No space left on device",
        "Disk quota exceeded",
        "There is not enough space on the disk",
        "The disk is full"
      })
  void aFullDiskIsKnownByTheWordsOfEachSystem(String words) {
    assertTrue(DiskFullException.isMeantBy(new IOException(words)));
    assertTrue(DiskFullException.isMeantBy(new FileSystemException("/a/b", null, words)));
  }

  @Test
  void anotherFaultIsNone() {
    assertFalse(DiskFullException.isMeantBy(new IOException("Permission denied")));
    assertFalse(DiskFullException.isMeantBy(new IOException()));
  }
}
