package io.vde.clip;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A JSON file of a bundle that knows its name, so that every complaint names file and key. */
record BundleFile(String name, JsonNode root) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static BundleFile read(Path folder, String name) {
    return find(folder, name)
        .orElseThrow(() -> new BundleException("The model has no " + name + "."));
  }

  /** Reads a file that holds a list. */
  static BundleFile readList(Path folder, String name) {
    BundleFile file =
        parse(folder, name)
            .orElseThrow(() -> new BundleException("The model has no " + name + "."));
    if (!file.root.isArray()) {
      throw new BundleException("The model's " + name + " is not a JSON list.");
    }
    return file;
  }

  static Optional<BundleFile> find(Path folder, String name) {
    Optional<BundleFile> file = parse(folder, name);
    if (file.isPresent() && !file.get().root.isObject()) {
      throw new BundleException("The model's " + name + " is not a JSON object.");
    }
    return file;
  }

  private static Optional<BundleFile> parse(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new BundleFile(name, JSON.readTree(file.toFile())));
    } catch (JsonProcessingException e) {
      throw new BundleException("The model's " + name + " is not JSON.", e);
    } catch (IOException e) {
      throw new BundleException("The model's " + name + " cannot be read.", e);
    }
  }

  /**
   * A part of the file; missing when it is absent or null, so that its keys have their defaults.
   */
  JsonNode part(String key) {
    return part(root, key);
  }

  /** The same of one of its parts. */
  static JsonNode part(JsonNode parent, String key) {
    JsonNode value = parent.path(key);
    return value.isNull() ? MissingNode.getInstance() : value;
  }

  /** A part as if it were the file. */
  BundleFile within(String key) {
    if (!part(key).isObject()) {
      throw wrong(key, part(key));
    }
    return new BundleFile(name, part(key));
  }

  /** A whole number of at least 1. */
  int positive(JsonNode parent, String key, int otherwise) {
    JsonNode value = part(parent, key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || value.asLong() < 1 || value.asLong() > Integer.MAX_VALUE) {
      throw wrong(key, value);
    }
    return value.asInt();
  }

  boolean flag(String key, boolean otherwise) {
    JsonNode value = part(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrong(key, value);
    }
    return value.asBoolean();
  }

  BundleException wrong(String key, JsonNode value) {
    String found = value.isMissingNode() ? "missing" : value.toString();
    String shown = found.length() > 80 ? found.substring(0, 80) + "..." : found;
    return new BundleException(
        "The model's %s has a \"%s\" that is not supported: %s.".formatted(name, key, shown));
  }
}
