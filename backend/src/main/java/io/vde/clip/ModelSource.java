package io.vde.clip;

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
import java.util.Map;

/**
 * Where a model lies on the disk, and what it is called.
 *
 * @param id what a person calls it
 * @param folder with its files
 */
record ModelSource(String id, Path folder) {
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
   * into the data folder, for ONNX Runtime reads files.
   *
   * @throws BundleException when there is none
   */
  static ModelSource find(String model, Path dataDir) {
    if (model.equals(DEMO)) {
      return new ModelSource(DEMO, unpackDemo(dataDir.resolve("models")));
    }
    Path folder;
    try {
      folder = Path.of(model).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new BundleException("vde.model is neither \"demo\" nor a folder: " + model + ".", e);
    }
    if (!Files.isDirectory(folder)) {
      throw new BundleException(
          "vde.model is neither \"demo\" nor a folder that exists: %s. Fetching a model from a hub is not supported yet."
              .formatted(model));
    }
    return new ModelSource(String.valueOf(folder.getFileName()), folder);
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
