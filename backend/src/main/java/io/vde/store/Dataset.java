package io.vde.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A named collection of images that were all embedded with one model.
 *
 * @param name {@code [a-z0-9][a-z0-9_-]{0,62}}
 * @param description free text, may be empty
 * @param model identity of the model whose vectors the dataset holds
 * @param dimension length of every vector, 1 to 4096
 * @param createdAt when it was made
 */
public record Dataset(
    String name, String description, String model, int dimension, Instant createdAt) {
  public Dataset {
    requireNonNull(name, "name is null");
    requireNonNull(description, "description is null");
    requireNonNull(model, "model is null");
    requireNonNull(createdAt, "createdAt is null");
    if (dimension < 1 || dimension > 4096) {
      throw new IllegalArgumentException("dimension must be 1 to 4096, not " + dimension);
    }
  }
}
