package io.vde.api;

import io.vde.api.Problem.FieldError;
import java.util.List;

/** A request that the API itself refuses. */
final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient List<FieldError> errors;

  ProblemException(ProblemType type, String detail) {
    this(type, detail, null);
  }

  /**
   * @param errors the parts of the request at fault, or null
   */
  ProblemException(ProblemType type, String detail, List<FieldError> errors) {
    super(detail);
    this.type = type;
    this.errors = errors;
  }

  /** A part of the request cannot be read or is out of range. */
  static ProblemException malformed(String field, String reason) {
    return new ProblemException(
        ProblemType.MALFORMED, field + " " + reason, List.of(new FieldError(field, reason)));
  }

  Problem problem(String path) {
    return new Problem(type.urn, type.title, type.status, getMessage(), path, errors, null);
  }

  ProblemType type() {
    return type;
  }
}
