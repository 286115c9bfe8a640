package io.vde.clip;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import io.vde.media.PillowResize;
import io.vde.media.Pixels;
import io.vde.media.ResizeFilter;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * From pixels to the vision tower's input, as transformers' image processors do it with Pillow: the
 * shortest edge to a size (or both edges, squashed), the middle cut out, scaled, normalised.
 *
 * @param shortestEdge resize so that the shorter side has this many pixels; 0: squash to {@code
 *     width x height}
 * @param halvesToEven whether half a pixel beside the middle goes to the even side, as torchvision
 *     does it (jina-clip), or is dropped
 * @param filter how to resize
 * @param width of the input, in pixels
 * @param height of the input
 * @param table what each of the 256 values of each of the 3 channels becomes: {@code (value *
 *     rescale - mean) / std}
 */
record Preprocessing(
    int shortestEdge,
    boolean halvesToEven,
    ResizeFilter filter,
    int width,
    int height,
    float[][] table) {
  /** Of transformers' CLIPImageProcessor, for the keys that a file leaves out. */
  private static final double[] MEAN = {0.48145466, 0.4578275, 0.40821073};

  private static final double[] STD = {0.26862954, 0.26130258, 0.27577711};
  private static final int SIZE = 224;

  /** Most pixels of a side; no model sees half as many, and a batch of more has no array. */
  private static final int LARGEST_SIZE = 2048;

  private static final String RESIZE_MODE = "resize_mode";

  /**
   * Reads a preprocessor_config.json.
   *
   * @throws BundleException when it asks for something that is not supported
   */
  static Preprocessing of(BundleFile file) {
    for (String step : new String[] {"do_resize", "do_rescale"}) {
      if (!file.flag(step, true)) {
        throw file.wrong(step, file.part(step));
      }
    }
    for (String step : new String[] {"do_pad", "crop_pct", "max_num_patches"}) {
      JsonNode value = file.part(step);
      if (!value.isMissingNode() && !value.equals(BooleanNode.FALSE)) {
        throw file.wrong(step, value);
      }
    }
    if (file.root().hasNonNull(RESIZE_MODE)) {
      return ofTorchvision(file);
    }
    JsonNode size = file.part("size");
    int shortest = 0;
    int[] sides;
    if (size.hasNonNull("height")) {
      sides = sides(file, "size", size);
    } else if (size.isIntegralNumber()) {
      shortest = side(file, file.root(), "size");
      sides = new int[] {shortest, shortest};
    } else {
      if (!size.isMissingNode() && !size.hasNonNull("shortest_edge")) {
        throw file.wrong("size", size);
      }
      shortest = side(file, size, "shortest_edge");
      sides = new int[] {shortest, shortest};
    }
    if (file.flag("do_center_crop", true)) {
      JsonNode crop = file.part("crop_size");
      int[] cut = crop.isMissingNode() ? sides : sides(file, "crop_size", crop);
      if (cut[0] > sides[0] || cut[1] > sides[1]) {
        throw file.wrong("crop_size", crop);
      }
      if (shortest == 0 && !Arrays.equals(cut, sides)) {
        throw file.wrong("crop_size", crop);
      }
      sides = cut;
    } else if (shortest != 0) {
      throw file.wrong("do_center_crop", file.part("do_center_crop"));
    }
    return new Preprocessing(
        shortest, false, filter(file), sides[0], sides[1], table(file, "image_mean", "image_std"));
  }

  /** OpenCLIP's keys, which jina-clip's processor took over. */
  private static Preprocessing ofTorchvision(BundleFile file) {
    int size = side(file, file.root(), "size");
    JsonNode mode = file.part(RESIZE_MODE);
    int shortest =
        switch (mode.asText("")) {
          case "shortest" -> size;
          case "squash" -> 0;
          default -> throw file.wrong(RESIZE_MODE, mode);
        };
    JsonNode interpolation = file.part("interpolation");
    ResizeFilter filter =
        Map.of("bicubic", ResizeFilter.BICUBIC, "bilinear", ResizeFilter.BILINEAR)
            .get(interpolation.asText("bicubic"));
    if (filter == null) {
      throw file.wrong("interpolation", interpolation);
    }
    return new Preprocessing(shortest, true, filter, size, size, table(file, "mean", "std"));
  }

  /** Pixels of the shorter edge that an image is resized to, at most. */
  int detail() {
    return shortestEdge == 0 ? Math.max(width, height) : shortestEdge;
  }

  /**
   * The pixels that the model will see.
   *
   * @return {@code width x height} pixels, still 8 bits: a sixteenth of the tensor's size while it
   *     waits
   */
  byte[] crop(Pixels image) {
    if (shortestEdge == 0) {
      return PillowResize.resize(image, width, height, filter).rgb();
    }
    int shorter = Math.min(image.width(), image.height());
    int resizedWidth = (int) ((double) shortestEdge * image.width() / shorter);
    int resizedHeight = (int) ((double) shortestEdge * image.height() / shorter);
    int left = before(resizedWidth - width);
    int top = before(resizedHeight - height);
    return PillowResize.resize(image, resizedWidth, resizedHeight, left, top, width, height, filter)
        .rgb();
  }

  /** Pixels that are cut off before the middle, of all that are cut off in that direction. */
  private int before(int cut) {
    return halvesToEven ? (int) Math.rint(cut / 2.0) : cut / 2;
  }

  /** Appends an image of {@link #crop} to a tensor, plane by plane. */
  void normalise(byte[] rgb, FloatBuffer tensor) {
    for (int channel = 0; channel < 3; channel++) {
      float[] values = table[channel];
      for (int i = channel; i < rgb.length; i += 3) {
        tensor.put(values[rgb[i] & 0xff]);
      }
    }
  }

  private static int side(BundleFile file, JsonNode parent, String key) {
    int side = file.positive(parent, key, SIZE);
    if (side > LARGEST_SIZE) {
      throw file.wrong(key, parent.path(key));
    }
    return side;
  }

  private static int[] sides(BundleFile file, String key, JsonNode value) {
    if (value.isIntegralNumber()) {
      int side = side(file, file.root(), key);
      return new int[] {side, side};
    }
    if (!value.hasNonNull("width") || !value.hasNonNull("height")) {
      throw file.wrong(key, value);
    }
    return new int[] {side(file, value, "width"), side(file, value, "height")};
  }

  private static ResizeFilter filter(BundleFile file) {
    JsonNode resample = file.part("resample");
    if (resample.isMissingNode()) {
      return ResizeFilter.BICUBIC;
    }
    return Arrays.stream(ResizeFilter.values())
        .filter(filter -> resample.isInt() && filter.number() == resample.asInt())
        .findFirst()
        .orElseThrow(() -> file.wrong("resample", resample));
  }

  private static float[][] table(BundleFile file, String meanKey, String stdKey) {
    JsonNode factor = file.part("rescale_factor");
    if (!factor.isMissingNode() && !factor.isNumber()) {
      throw file.wrong("rescale_factor", factor);
    }
    double scale = factor.asDouble(1 / 255.0);
    boolean normalise = file.flag("do_normalize", true);
    double[] mean = normalise ? triple(file, meanKey, MEAN) : new double[3];
    double[] std = normalise ? triple(file, stdKey, STD) : new double[] {1, 1, 1};
    float[][] table = new float[3][256];
    for (int channel = 0; channel < 3; channel++) {
      if (std[channel] == 0) {
        throw file.wrong(stdKey, file.part(stdKey));
      }
      for (int value = 0; value < 256; value++) {
        // In float, as numpy does it, so that the last bit is the same.
        table[channel][value] =
            ((float) (value * scale) - (float) mean[channel]) / (float) std[channel];
      }
    }
    return table;
  }

  private static double[] triple(BundleFile file, String key, double[] otherwise) {
    JsonNode value = file.part(key);
    if (value.isMissingNode()) {
      return otherwise;
    }
    if (!value.isArray() || value.size() != 3 || !value.get(0).isNumber()) {
      throw file.wrong(key, value);
    }
    return new double[] {value.get(0).asDouble(), value.get(1).asDouble(), value.get(2).asDouble()};
  }
}
