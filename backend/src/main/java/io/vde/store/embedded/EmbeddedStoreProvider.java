package io.vde.store.embedded;

import io.vde.store.ImageStore;
import io.vde.store.SessionStore;
import io.vde.store.StoreProvider;
import io.vde.store.StoreUnavailableException;
import io.vde.store.embedded.EmbeddedSettings.KernelMode;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The store that needs nothing else: Lucene for images and SQLite for sessions. */
@Singleton
final class EmbeddedStoreProvider implements StoreProvider {
  private final Path folder;
  private final KernelMode kernel;

  EmbeddedStoreProvider(
      @ConfigProperty(name = "vde.data-dir") Path dataDir,
      @ConfigProperty(name = "vde.embedded.kernel", defaultValue = "auto") KernelMode kernel) {
    folder = dataDir;
    this.kernel = kernel;
  }

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public ImageStore openImages() {
    return new EmbeddedImageStore(
        made(folder.resolve("datasets")), EmbeddedSettings.defaults().withKernel(kernel));
  }

  @Override
  public SessionStore openSessions() {
    made(folder);
    // The driver unpacks its native library here rather than into the temp folder of all.
    System.setProperty("org.sqlite.tmpdir", made(folder.resolve("native")).toString());
    return new EmbeddedSessionStore(folder.resolve("sessions.db"));
  }

  private static Path made(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StoreUnavailableException("The folder " + folder + " cannot be made", e);
    }
  }
}
