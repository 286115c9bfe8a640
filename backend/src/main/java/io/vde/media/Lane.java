package io.vde.media;

/**
 * Who waits for a piece of work. Work of a person goes first; each lane has its own bounded queue.
 */
public enum Lane {
  /** A person or a client waits for the answer. */
  INTERACTIVE,
  /** An import: throughput counts, not latency. */
  BULK
}
