package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a bundle is said in one sentence that names the file and the key. */
class ModelBundleTest {
  @TempDir Path folder;
  @TempDir Path data;

  @BeforeEach
  void copy() throws Exception {
    Path source = Path.of(ModelBundleTest.class.getResource("/clip/tiny-clip").toURI());
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = folder.resolve(source.relativize(file).toString());
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.json",
        "preprocessor_config.json",
        "tokenizer.json",
        "onnx/text_model.onnx",
        "onnx/vision_model.onnx"
      })
  void aMissingFileIsNamed(String file) throws Exception {
    Files.delete(folder.resolve(file));
    String sentence = refused();
    assertTrue(sentence.startsWith("The model has no " + file), sentence);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json|\"model_type\": \"clip\"|\"model_type\": \"blip\"|model_type",
        "config.json|\"projection_dim\": 32|\"projection_dim\": \"x\"|projection_dim",
        "config.json|\"max_position_embeddings\": 77|\"max_position_embeddings\": 0|max_position",
        "preprocessor_config.json|\"resample\": 3|\"resample\": 0|resample",
        "preprocessor_config.json|\"do_resize\": true|\"do_resize\": false|do_resize",
        "preprocessor_config.json|\"do_rescale\": true|\"do_rescale\": 1|do_rescale",
        "preprocessor_config.json|\"do_center_crop\": true|\"do_center_crop\": false|do_center_crop",
        "preprocessor_config.json|0.26862954|0|image_std",
        "preprocessor_config.json|\"shortest_edge\": 64|\"shortest_edge\": 32|crop_size",
        "preprocessor_config.json|\"shortest_edge\": 64|\"shortest_edge\": -1|shortest_edge",
        "preprocessor_config.json|\"shortest_edge\": 64|\"shortest_edge\": 100000|shortest_edge",
        "preprocessor_config.json|\"shortest_edge\": 64|\"longest_edge\": 64|size",
        "preprocessor_config.json|\"height\": 64|\"height\": 3000|height"
      })
  void anUnsupportedKeyIsNamed(String file, String text, String replacement, String key)
      throws Exception {
    edit(file, text, replacement);
    String sentence = refused();
    assertTrue(sentence.contains(file) && sentence.contains("\"" + key), sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "null", "\"x\""})
  void whatIsNoJsonObjectIsNamed(String content) throws Exception {
    Files.writeString(folder.resolve("config.json"), content);
    assertTrue(refused().contains("config.json"));
  }

  @Test
  void aCropThatTheGraphDoesNotTakeFailsAtOnceAndInWords() throws Exception {
    edit("preprocessor_config.json", "\"height\": 64", "\"height\": 48");
    assertFailed(folder.toString(), "");
  }

  @Test
  void aBrokenGraphIsNamed() throws Exception {
    Files.write(folder.resolve("onnx/vision_model.onnx"), new byte[100]);
    assertFailed(folder.toString(), "onnx/vision_model.onnx");
  }

  @Test
  void aGraphOfTheOtherKindIsNamed() throws Exception {
    Files.copy(
        folder.resolve("onnx/text_model.onnx"),
        folder.resolve("onnx/vision_model.onnx"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertFailed(folder.toString(), "onnx/vision_model.onnx");
  }

  @ParameterizedTest
  @ValueSource(strings = {"owner/name/more", "/no/such/folder", "dem"})
  void whatIsNeitherDemoNorAFolderIsSaid(String model) {
    assertFailed(model, "hub");
  }

  @Test
  void preprocessingMayBeAPartOfTheProcessorsFile() throws Exception {
    Preprocessing before = Encoders.bundle(folder).preprocessing();
    Path file = folder.resolve("preprocessor_config.json");
    Files.writeString(
        folder.resolve("processor_config.json"),
        "{\"image_processor\": %s}".formatted(Files.readString(file)));
    Files.delete(file);
    assertEquals(before.shortestEdge(), Encoders.bundle(folder).preprocessing().shortestEdge());
  }

  /** They write every key that they know, with null for what has its default. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"height\": 64, \"width\": 64",
        "\"shortest_edge\": null, \"height\": 64, \"width\": 64"
      })
  void theFormOfTransformersFastProcessorsMeansTheSame(String size) throws Exception {
    Path siglip = References.of("families/siglip").copyTo(folder);
    Preprocessing slow = Encoders.bundle(siglip).preprocessing();
    Files.writeString(
        siglip.resolve("preprocessor_config.json"),
        """
        {
          "crop_size": null,
          "data_format": "channels_first",
          "default_to_square": true,
          "device": null,
          "disable_grouping": null,
          "do_center_crop": null,
          "do_convert_rgb": null,
          "do_normalize": true,
          "do_pad": null,
          "do_rescale": true,
          "do_resize": true,
          "image_mean": [0.5, 0.5, 0.5],
          "image_processor_type": "SiglipImageProcessorFast",
          "image_std": [0.5, 0.5, 0.5],
          "input_data_format": null,
          "pad_size": null,
          "resample": null,
          "rescale_factor": null,
          "return_tensors": null,
          "size": {%s}
        }
        """
            .formatted(size));
    Preprocessing fast = Encoders.bundle(siglip).preprocessing();
    assertEquals(slow.shortestEdge(), fast.shortestEdge());
    assertEquals(slow.filter(), fast.filter());
    assertEquals(slow.width(), fast.width());
    assertEquals(slow.height(), fast.height());
    assertArrayEquals(slow.table(), fast.table());
  }

  @Test
  void aSizeOfNullIsTheUsualOne() throws Exception {
    String published = Files.readString(folder.resolve("preprocessor_config.json"));
    for (String key : new String[] {"size", "crop_size"}) {
      published = published.replaceAll("\"" + key + "\": \\{[^}]*}", "\"" + key + "\": null");
    }
    Files.writeString(folder.resolve("preprocessor_config.json"), published);
    Preprocessing preprocessing = Encoders.bundle(folder).preprocessing();
    assertEquals(224, preprocessing.shortestEdge());
    assertEquals(224, preprocessing.width());
  }

  @Test
  void naFlexIsRefusedAndWhyIsSaid() throws Exception {
    edit("config.json", "\"model_type\": \"clip\"", "\"model_type\": \"siglip2\"");
    assertTrue(refused().contains("NaFlex"));
  }

  @Test
  void aCheckpointOfOpenClipIsRefusedAndWhyIsSaid() throws Exception {
    Files.move(folder.resolve("config.json"), folder.resolve("open_clip_config.json"));
    assertTrue(refused().contains("open_clip_config.json"));
  }

  @ParameterizedTest
  @CsvSource({
    "../../../outside.bins/, not in the model's folder",
    "vision_model.onnx_dat0, has no"
  })
  void weightsThatTheFolderDoesNotHoldAreRefused(String location, String part) throws Exception {
    References.of("families/tiny-clip-forms").copyTo(folder);
    Path graph = folder.resolve("onnx/vision_model.onnx");
    String bytes = Files.readString(graph, StandardCharsets.ISO_8859_1);
    Files.writeString(
        graph,
        bytes.replace("vision_model.onnx_data", location), // as long
        StandardCharsets.ISO_8859_1);
    assertFailed(folder.toString(), part);
  }

  @Test
  void aTextModelOfAnotherSpaceIsRefused() {
    Path text = References.of("families/multilingual").folder();
    BundleException e =
        assertThrows(
            BundleException.class, () -> TextBundle.standingAlone(text, 512, Variant.FP32));
    assertEquals(
        "vde.model.text has a \"out_features\" of 32 in its 2_Dense/config.json, and the vectors of"
            + " vde.model have 512 numbers.",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "pooling_mode_max_tokens\": false|pooling_mode_max_tokens\": true|vde.model.text: The model's"
            + " 1_Pooling/config.json has a \"pooling_mode_max_tokens\" that is not supported: true.",
        "pooling_mode_mean_tokens\": true|pooling_mode_mean_tokens\": false|vde.model.text: The"
            + " model's 1_Pooling/config.json has a \"pooling_mode_mean_tokens\" that is not"
            + " supported: false."
      })
  void ofATextModelTheSettingAndTheKeyAreNamed(String text, String replacement, String sentence)
      throws Exception {
    Path model = References.of("families/multilingual").copyTo(data.resolve("text"));
    Path pooling = model.resolve("1_Pooling/config.json");
    Files.writeString(pooling, Files.readString(pooling).replace(text, replacement));
    assertEquals(sentence, refusedText(model));
  }

  @Test
  void aFileThatATextModelLacksIsNotTakenForOneOfTheModel() throws Exception {
    Path model = References.of("families/multilingual").copyTo(data.resolve("text"));
    Files.delete(model.resolve("tokenizer.json"));
    assertEquals("vde.model.text: The model has no tokenizer.json.", refusedText(model));
  }

  private static String refusedText(Path model) {
    return assertThrows(
            BundleException.class, () -> TextBundle.standingAlone(model, 32, Variant.FP32))
        .getMessage();
  }

  @Test
  void aTextModelOfNoKnownKindIsRefused() {
    BundleException e =
        assertThrows(
            BundleException.class, () -> TextBundle.standingAlone(folder, 32, Variant.FP32));
    assertTrue(e.getMessage().contains("modules.json"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.json", "preprocessor_config.json", "onnx/vision_model.onnx"})
  void whateverMakesTheVectorsOfImagesMakesTheRevision(String file) throws Exception {
    String before = revision();
    assertEquals(before, revision());
    // A blank, or an empty doc_string.
    String more = file.endsWith(".onnx") ? "2\0" : " ";
    Files.writeString(folder.resolve(file), more, StandardOpenOption.APPEND);
    assertNotEquals(before, revision());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tokenizer.json", "tokenizer_config.json", "onnx/text_model.onnx"})
  void whatReadsTextsIsNoPartOfTheRevision(String file) throws Exception {
    String before = revision();
    Files.writeString(folder.resolve(file), " ", StandardOpenOption.APPEND);
    assertEquals(before, revision());
  }

  @Test
  void theDemoIsUnpackedOnceAndMendedWhenDamaged() throws Exception {
    Path unpacked = ModelSource.demo(data).folder();
    Path graph = unpacked.resolve("onnx/text_model.onnx");
    long size = Files.size(graph);
    var time = Files.getLastModifiedTime(graph);
    assertEquals(unpacked, ModelSource.demo(data).folder());
    assertEquals(time, Files.getLastModifiedTime(graph));
    Files.write(graph, new byte[(int) size]);
    ModelSource.demo(data);
    assertNotEquals(0, Files.readAllBytes(graph)[0]);
    try (Stream<Path> files = Files.walk(data)) {
      assertEquals(7, files.filter(Files::isRegularFile).count());
    }
  }

  private void assertFailed(String model, String part) {
    ImageDecoder decoder = new ImageDecoder(Settings.of(MediaConfig.class));
    Encoder encoder = Encoders.settled(data, model, decoder);
    assertEquals(ModelState.Phase.FAILED, encoder.state().phase());
    assertTrue(encoder.state().reason().contains(part), encoder.state().reason());
    CompletableFuture<float[]> text = encoder.embedText("a", Lane.INTERACTIVE);
    ExecutionException e = assertThrows(ExecutionException.class, text::get);
    assertEquals(encoder.state(), ((ModelNotReadyException) e.getCause()).state());
    assertThrows(ModelNotReadyException.class, encoder::model);
    encoder.close();
    decoder.close();
  }

  private String revision() {
    ModelBundle bundle = Encoders.bundle(folder);
    GraphFile graph = bundle.visionGraphs().getFirst();
    return bundle.revision(graph);
  }

  private String refused() {
    return assertThrows(BundleException.class, () -> Encoders.bundle(folder)).getMessage();
  }

  private void edit(String file, String text, String replacement) throws IOException {
    Path path = folder.resolve(file);
    String before = Files.readString(path);
    assertTrue(before.contains(text), text);
    Files.writeString(path, before.replace(text, replacement));
  }
}
