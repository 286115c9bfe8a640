/** Brings images into datasets: the pipeline decode, embed, insert, and the imports that use it. */
package io.vde.ingest;
