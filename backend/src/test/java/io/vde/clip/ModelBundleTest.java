package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    assertEquals("The model has no " + file + ".", refused());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "config.json|\"model_type\": \"clip\"|\"model_type\": \"siglip\"|model_type",
        "config.json|\"projection_dim\": 32|\"projection_dim\": \"x\"|projection_dim",
        "config.json|\"max_position_embeddings\": 77|\"max_position_embeddings\": 0|max_position",
        "preprocessor_config.json|\"resample\": 3|\"resample\": 0|resample",
        "preprocessor_config.json|\"do_resize\": true|\"do_resize\": false|do_resize",
        "preprocessor_config.json|\"do_rescale\": true|\"do_rescale\": 1|do_rescale",
        "preprocessor_config.json|\"do_center_crop\": true|\"do_center_crop\": false|do_center_crop",
        "preprocessor_config.json|0.26862954|0|image_std",
        "preprocessor_config.json|\"shortest_edge\": 64|\"shortest_edge\": 32|crop_size",
        "preprocessor_config.json|\"shortest_edge\": 64|\"shortest_edge\": -1|shortest_edge"
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
  @ValueSource(strings = {"openai/clip-vit-base-patch32", "/no/such/folder", "dem"})
  void whatIsNeitherDemoNorAFolderIsSaid(String model) {
    assertFailed(model, "hub");
  }

  @Test
  void anotherTokenizerIsAnotherRevision() throws Exception {
    String before = ModelBundle.read(folder).revision();
    assertEquals(before, ModelBundle.read(folder).revision());
    Files.writeString(
        folder.resolve("tokenizer.json"), Files.readString(folder.resolve("tokenizer.json")) + " ");
    assertNotEquals(before, ModelBundle.read(folder).revision());
  }

  @Test
  void theDemoIsUnpackedOnceAndMendedWhenDamaged() throws Exception {
    Path unpacked = ModelSource.find("demo", data).folder();
    Path graph = unpacked.resolve("onnx/text_model.onnx");
    long size = Files.size(graph);
    var time = Files.getLastModifiedTime(graph);
    assertEquals(unpacked, ModelSource.find("demo", data).folder());
    assertEquals(time, Files.getLastModifiedTime(graph));
    Files.write(graph, new byte[(int) size]);
    ModelSource.find("demo", data);
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

  private String refused() {
    return assertThrows(BundleException.class, () -> ModelBundle.read(folder)).getMessage();
  }

  private void edit(String file, String text, String replacement) throws IOException {
    Path path = folder.resolve(file);
    String before = Files.readString(path);
    assertTrue(before.contains(text), text);
    Files.writeString(path, before.replace(text, replacement));
  }
}
