package io.vde.clip;

import io.vde.hub.DownloadProgress;
import io.vde.hub.Hub;
import io.vde.hub.HubException;
import io.vde.hub.Repository;
import io.vde.hub.RepositoryFiles;
import io.vde.hub.Snapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Where a model lies on the disk, and what it is called.
 *
 * @param id what a person calls it: {@code demo}, the name of its folder, or its repository
 * @param folder with its files
 */
record ModelSource(String id, Path folder) {
  private static final Logger LOG = Logger.getLogger(ModelSource.class);
  private static final String DEMO = "demo";
  private static final String[] DEMO_FILES = {
    "config.json",
    "preprocessor_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "onnx/text_model.onnx",
    "onnx/vision_model.onnx"
  };

  /**
   * Finds the model that {@code vde.model} names. The demo's comes with the program and is laid
   * into the data folder, for ONNX Runtime reads files; one of a hub is fetched unless it is in the
   * cache.
   *
   * @param progress told how far a download is
   * @throws BundleException when there is none
   */
  static ModelSource find(
      ModelConfig config, Path dataDir, Hub hub, Consumer<DownloadProgress> progress) {
    if (config.source().equals(DEMO)) {
      return demo(dataDir);
    }
    Variant variant = Variant.of(config.variant());
    boolean ownText = config.text().isEmpty();
    return locate(
        "vde.model",
        config.source(),
        config.update(),
        hub,
        (name, files) -> WantedFiles.ofModel(name, variant, ownText, files),
        progress);
  }

  /** The model that comes with the program, unpacked. */
  static ModelSource demo(Path dataDir) {
    return new ModelSource(DEMO, unpackDemo(dataDir.resolve("models")));
  }

  /**
   * Finds the text model that {@code vde.model.text} names, if it names one.
   *
   * @param progress told how far a download is
   * @throws BundleException when there is none
   */
  static Optional<ModelSource> findText(
      ModelConfig config, Hub hub, Consumer<DownloadProgress> progress) {
    Variant variant = Variant.of(config.variant());
    return config
        .text()
        .map(
            text ->
                locate(
                    "vde.model.text",
                    text,
                    config.update(),
                    hub,
                    (name, files) -> WantedFiles.ofTextModel(name, variant, files),
                    progress));
  }

  /** A folder that exists is one, even if a repository could have its name. */
  private static ModelSource locate(
      String key,
      String model,
      boolean update,
      Hub hub,
      BiFunction<String, RepositoryFiles, List<String>> choice,
      Consumer<DownloadProgress> progress) {
    Optional<Path> folder = folder(model);
    if (folder.isPresent()) {
      return new ModelSource(String.valueOf(folder.get().getFileName()), folder.get());
    }
    Repository repository =
        Repository.parse(model)
            .orElseThrow(
                () ->
                    new BundleException(
                        "%s is neither a folder that exists nor owner/name of a model hub: %s."
                            .formatted(key, model)));
    try {
      Snapshot snapshot =
          hub.fetch(repository, update, files -> choice.apply(repository.name(), files), progress);
      LOG.infof("%s: commit %s, in %s", repository, snapshot.commit(), snapshot.folder());
      return new ModelSource(snapshot.repository(), snapshot.folder());
    } catch (HubException e) {
      throw new BundleException(e.getMessage(), e);
    }
  }

  private static Optional<Path> folder(String model) {
    try {
      return Optional.of(Path.of(model).toAbsolutePath().normalize()).filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Path unpackDemo(Path models) {
    try {
      Map<String, byte[]> files = new LinkedHashMap<>();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : DEMO_FILES) {
        byte[] bytes = demoFile(name);
        files.put(name, bytes);
        digest.update(bytes);
      }
      // Named by its content, so that another version of the program brings another folder.
      Path folder = models.resolve("demo-" + HexFormat.of().formatHex(digest.digest(), 0, 6));
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        unpack(file.getValue(), folder.resolve(file.getKey()));
      }
      return folder;
    } catch (IOException e) {
      throw new BundleException(
          "The demo model cannot be written to the data folder: " + e.getMessage() + ".", e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] demoFile(String name) throws IOException {
    try (InputStream in = ModelSource.class.getResourceAsStream("/demo/model/" + name)) {
      if (in == null) {
        throw new BundleException("The program was built without the demo model's " + name + ".");
      }
      return in.readAllBytes();
    }
  }

  private static void unpack(byte[] bytes, Path target) throws IOException {
    if (Files.isRegularFile(target)
        && Files.size(target) == bytes.length
        && Arrays.equals(Files.readAllBytes(target), bytes)) {
      return;
    }
    Files.createDirectories(target.getParent());
    Path unfinished = Files.createTempFile(target.getParent(), "model", ".tmp");
    try {
      Files.write(unfinished, bytes);
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }
}
