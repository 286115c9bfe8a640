package io.vde.clip;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The precisions that graphs are published in, by what their files' names end in. */
enum Variant {
  FP32(""),
  FP16("_fp16"),
  INT8("_int8"),
  QUANTIZED("_quantized"),
  UINT8("_uint8"),
  Q4("_q4"),
  Q4F16("_q4f16"),
  BNB4("_bnb4");

  private final String suffix;

  Variant(String suffix) {
    this.suffix = suffix;
  }

  /**
   * The variant that {@code vde.model.variant} names.
   *
   * @throws BundleException when there is none of that name
   */
  static Variant of(String name) {
    return Arrays.stream(values())
        .filter(variant -> variant.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new BundleException(
                    "vde.model.variant is \"%s\"; known are %s."
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(Variant::label)
                                .collect(Collectors.joining(", ")))));
  }

  /** As a person writes it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The variants whose files may serve for this one, the preferred first: {@code int8} means 8 bits
   * in whichever published form runs faster.
   */
  List<Variant> candidates() {
    return this == INT8 ? List.of(INT8, QUANTIZED) : List.of(this);
  }

  /** The file of a graph, for instance {@code onnx/text_model_int8.onnx}. */
  String file(String graph) {
    return "onnx/" + graph + suffix + ".onnx";
  }

  /** The files that are there for this variant, the preferred first. */
  List<GraphFile> find(Path folder, String graph) {
    return candidates().stream()
        .filter(variant -> Files.isRegularFile(folder.resolve(variant.file(graph))))
        .map(variant -> new GraphFile(folder, variant.file(graph), variant))
        .toList();
  }

  /** What a bundle has, for the sentence that says what it lacks. */
  static String present(Path folder, List<String> graphs) {
    List<String> found = new ArrayList<>();
    for (Variant variant : values()) {
      for (String graph : graphs) {
        if (Files.isRegularFile(folder.resolve(variant.file(graph)))) {
          found.add(variant.file(graph) + " (" + variant.label() + ")");
        }
      }
    }
    return String.join(", ", found);
  }
}
