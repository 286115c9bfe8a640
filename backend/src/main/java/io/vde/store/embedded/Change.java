package io.vde.store.embedded;

import io.vde.store.ImageRecord;
import java.util.Collection;
import java.util.List;

/** A write to a dataset, applied as a whole or not at all. */
sealed interface Change {
  /** Inserts or replaces images that were checked; ids differ. */
  record Upsert(List<ImageRecord> images) implements Change {}

  /** Removes images by id. */
  record Delete(Collection<String> ids) implements Change {}
}
