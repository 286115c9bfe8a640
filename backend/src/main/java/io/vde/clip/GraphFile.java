package io.vde.clip;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A graph of a bundle that may be loaded.
 *
 * @param folder of the bundle
 * @param name of the file in it, for instance {@code onnx/text_model.onnx}
 * @param variant the precision of its weights
 */
record GraphFile(Path folder, String name, Variant variant) {
  Path path() {
    return folder.resolve(name);
  }

  /**
   * Looks into the file, and at the files that it draws weights from.
   *
   * @throws BundleException when it is not a graph, or draws on what is not in the bundle's folder
   */
  OnnxFile inspect() {
    OnnxFile content = OnnxFile.read(path());
    for (String location : content.externalData()) {
      external(location);
    }
    return content;
  }

  /** The names of this file and of those that it draws weights from. */
  List<String> files() {
    List<String> files = new ArrayList<>(List.of(name));
    for (String location : OnnxFile.read(path()).externalData()) {
      files.add(folder.relativize(external(location)).toString());
    }
    return files;
  }

  private Path external(String location) {
    Path file;
    try {
      file = path().resolveSibling(location).normalize();
    } catch (InvalidPathException e) {
      throw outside(location);
    }
    if (Path.of(location).isAbsolute() || !file.startsWith(folder.normalize())) {
      throw outside(location);
    }
    if (!Files.isRegularFile(file)) {
      throw new BundleException(
          "The model has no %s, which holds weights of %s."
              .formatted(folder.normalize().relativize(file), name));
    }
    return file;
  }

  private BundleException outside(String location) {
    return new BundleException(
        "The model's %s wants weights from \"%s\", which is not in the model's folder."
            .formatted(name, location));
  }
}
