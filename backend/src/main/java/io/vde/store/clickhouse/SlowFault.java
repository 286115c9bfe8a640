package io.vde.store.clickhouse;

/** The database did not answer in the time that the statement had. */
final class SlowFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SlowFault(Throwable cause) {
    super("The time for the statement is over", cause);
  }
}
