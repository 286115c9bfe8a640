package io.vde.api;

import java.io.IOException;

/**
 * A body is not read to its end. It is met by whoever reads the stream, so it is an {@link
 * IOException}: JSON's reader lets those through as they are.
 */
final class BodyRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;

  BodyRefusedException(ProblemType type, String detail) {
    super(detail);
    this.type = type;
  }

  ProblemType type() {
    return type;
  }
}
