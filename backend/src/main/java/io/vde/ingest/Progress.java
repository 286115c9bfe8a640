package io.vde.ingest;

/**
 * How far the import into a dataset is.
 *
 * @param done images that have been dealt with, failed ones included
 * @param total images there are to import
 * @param failed images that could not be imported
 * @param fault why the import ended early, or null
 */
public record Progress(long done, long total, long failed, String fault) {
  /** Whether it is still under way. */
  public boolean running() {
    return done < total && fault == null;
  }
}
