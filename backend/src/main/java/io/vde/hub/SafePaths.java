package io.vde.hub;

import java.util.Set;

/** Names from a stranger that become names of files. */
final class SafePaths {
  private static final Set<String> NOT_NAMES = Set.of("", ".", "..");

  private SafePaths() {}

  /** Whether a path with {@code /} between its parts stays below the folder it is resolved in. */
  static boolean isRelative(String path) {
    for (String part : path.split("/", -1)) {
      if (NOT_NAMES.contains(part) || part.chars().anyMatch(SafePaths::isSpecial)) {
        return false;
      }
    }
    return true;
  }

  /** Another separator, a drive or stream on Windows, or nothing that can be printed. */
  private static boolean isSpecial(int c) {
    return c == '\\' || c == ':' || c < ' ' || c == 0x7f;
  }
}
