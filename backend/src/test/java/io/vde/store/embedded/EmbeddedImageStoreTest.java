package io.vde.store.embedded;

import io.vde.store.ImageStore;
import io.vde.store.ImageStoreContractTest;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on the embedded store. */
class EmbeddedImageStoreTest extends ImageStoreContractTest {
  @TempDir Path folder;

  @Override
  protected ImageStore open() {
    return new EmbeddedImageStore(folder, EmbeddedSettings.defaults());
  }
}
