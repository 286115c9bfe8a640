package io.vde.media;

/**
 * Who waits for a piece of work. What stands first here goes first; each lane has its own bounded
 * queue.
 */
public enum Lane {
  /** A person waits for the answer: one search. */
  INTERACTIVE,
  /** A program waits for the answers to a call that may have hundreds of inputs. */
  BATCH,
  /** An import: throughput counts, not latency. */
  BULK
}
