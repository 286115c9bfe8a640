/**
 * The default storage engine: a Lucene index a dataset, searched exactly.
 *
 * <p>{@link io.vde.store.embedded.EmbeddedImageStore} is the door; docs/embedded-store.md says how
 * it works and how fast it is.
 */
package io.vde.store.embedded;
