package io.vde.api;

/** A request that the API itself refuses. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final String field;

  ProblemException(ProblemType type, String detail) {
    this(type, null, detail);
  }

  private ProblemException(ProblemType type, String field, String reason) {
    super(reason);
    this.type = type;
    this.field = field;
  }

  /** A part of the request cannot be read or is out of range. */
  static ProblemException malformed(String field, String reason) {
    return new ProblemException(ProblemType.MALFORMED, field, reason);
  }

  ProblemType type() {
    return type;
  }

  /** The part of the request at fault, or null. */
  String field() {
    return field;
  }
}
