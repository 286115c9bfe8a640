package io.vde.hub;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What a disk can do to a download, in words. */
final class DiskFaults {
  private DiskFaults() {}

  /**
   * Whether there was no room. Java has no type for it: these are the words of Linux, macOS and
   * Windows (two).
   */
  static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return Stream.of(
            "no space left on device",
            "disk quota exceeded",
            "not enough space on the disk",
            "disk is full",
            "disk full")
        .anyMatch(message::contains);
  }

  static HubException explained(IOException e, Path folder) {
    if (isFull(e)) {
      return new HubException("There is no room for the model in %s.".formatted(folder), e);
    }
    String why = e instanceof AccessDeniedException ? "no permission" : e.getMessage();
    return new HubException("The model cache cannot be used: %s (%s).".formatted(folder, why), e);
  }
}
