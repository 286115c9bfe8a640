package io.vde.hub;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of a hub at one of its revisions.
 *
 * @param name {@code owner/name}
 * @param revision a branch, a tag, or a commit of 40 hex digits
 */
public record Repository(String name, String revision) {
  private static final String MAIN = "main";
  private static final String PART = "[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?";
  private static final Pattern FORM =
      Pattern.compile("(%s/%s)(?:@([A-Za-z0-9._/-]{1,255}))?".formatted(PART, PART));
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

  /** Reads {@code owner/name} or {@code owner/name@revision}; empty when it is neither. */
  public static Optional<Repository> parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      return Optional.empty();
    }
    String revision = match.group(2) == null ? MAIN : match.group(2);
    // Both become names of folders.
    boolean safe = !match.group(1).contains("..") && !match.group(1).contains("--");
    return safe && SafePaths.isRelative(revision)
        ? Optional.of(new Repository(match.group(1), revision))
        : Optional.empty();
  }

  /** Whether the revision is a commit, which never changes. */
  boolean isPinned() {
    return isCommit(revision);
  }

  static boolean isCommit(String text) {
    return COMMIT.matcher(text).matches();
  }

  /** As it is written in {@code vde.model}. */
  @Override
  public String toString() {
    return revision.equals(MAIN) ? name : name + "@" + revision;
  }
}
