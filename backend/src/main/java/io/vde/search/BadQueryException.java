package io.vde.search;

/** A part of a query cannot be used. */
public final class BadQueryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * @param field where in the request, for instance {@code query[1].vector}
   * @param reason why, for a person to read
   */
  public BadQueryException(String field, String reason) {
    super(reason);
    this.field = field;
  }

  /** Where in the request. */
  public String field() {
    return field;
  }
}
