package io.vde.store.clickhouse;

/** The database did not answer, or not to the end. */
final class ConnectionFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ConnectionFault(String message, Throwable cause) {
    super(message, cause);
  }
}
