package io.vde.media;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

/** The disk has no room for a file. Nothing of it was kept; reading goes on. */
public final class DiskFullException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(Throwable cause) {
    super("The disk is full: nothing was stored.", cause);
  }

  /**
   * Whether a fault is a full disk. Java has no type for it: these are the words of Linux, macOS
   * and Windows (two).
   */
  public static boolean isMeantBy(IOException fault) {
    String message = String.valueOf(fault.getMessage()).toLowerCase(Locale.ROOT);
    return Stream.of(
            "no space left on device",
            "disk quota exceeded",
            "not enough space on the disk",
            "disk is full",
            "disk full")
        .anyMatch(message::contains);
  }
}
