package io.vde.hub;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Locale;

/** What a disk can do to a download, in words. */
final class DiskFaults {
  private DiskFaults() {}

  /** Whether there was no room; the JDK says it in words only. */
  static boolean isFull(IOException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("no space left")
        || message.contains("quota exceeded")
        || message.contains("not enough space");
  }

  static HubException explained(IOException e, Path folder) {
    if (isFull(e)) {
      return new HubException("There is no room for the model in %s.".formatted(folder), e);
    }
    String why = e instanceof AccessDeniedException ? "no permission" : e.getMessage();
    return new HubException("The model cache cannot be used: %s (%s).".formatted(folder, why), e);
  }
}
