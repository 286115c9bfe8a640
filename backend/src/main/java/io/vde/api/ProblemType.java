package io.vde.api;

/** The kinds of errors: stable names, statuses and titles. */
enum ProblemType {
  CONFLICT(409, "conflict", "Conflict"),
  FORBIDDEN(403, "forbidden", "Forbidden"),
  INTERNAL(500, "internal", "Internal error"),
  MALFORMED(400, "malformed", "Malformed request"),
  METHOD_NOT_ALLOWED(405, "method-not-allowed", "Method not allowed"),
  MODEL_MISMATCH(409, "model-mismatch", "Vectors of another model"),
  NOT_ACCEPTABLE(406, "not-acceptable", "Not acceptable"),
  NOT_FOUND(404, "not-found", "Not found"),
  NOTHING_TO_UNDO(409, "nothing-to-undo", "Nothing to undo"),
  STALE_REVISION(409, "stale-revision", "The session has moved on"),
  STORAGE_FULL(507, "storage-full", "Disk full"),
  TOO_LARGE(413, "too-large", "Too large"),
  UNAVAILABLE(503, "unavailable", "Not available now"),
  UNSUPPORTED_MEDIA(415, "unsupported-media", "Unsupported media type"),
  // Behind UNAVAILABLE, which is what a bare 503 means.
  MODEL_FAILED(503, "model-failed", "The model cannot be used");

  final int status;
  final String urn;
  final String title;

  ProblemType(int status, String name, String title) {
    this.status = status;
    this.urn = "urn:vde:" + name;
    this.title = title;
  }

  /** The kind that a bare status stands for: of several, the first. */
  static ProblemType of(int status) {
    for (ProblemType type : values()) {
      if (type.status == status) {
        return type;
      }
    }
    return status < 500 ? MALFORMED : INTERNAL;
  }
}
