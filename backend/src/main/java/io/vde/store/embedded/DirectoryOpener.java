package io.vde.store.embedded;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;

/** Opens the Lucene directory of a folder. */
@FunctionalInterface
interface DirectoryOpener {
  Directory open(Path folder) throws IOException;
}
