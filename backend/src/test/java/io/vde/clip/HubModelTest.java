package io.vde.clip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.vde.hub.Hub;
import io.vde.hub.HubConfig;
import io.vde.hub.LocalHub;
import io.vde.hub.RepositoryFiles;
import io.vde.media.ImageDecoder;
import io.vde.media.Lane;
import io.vde.media.MediaConfig;
import io.vde.testing.Patience;
import io.vde.testing.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model named by its repository, from a hub on this machine. */
@QuarkusTest
class HubModelTest {
  private static final List<String> FILES =
      List.of(
          "config.json",
          "onnx/text_model.onnx",
          "onnx/vision_model.onnx",
          "preprocessor_config.json",
          "tokenizer.json",
          "tokenizer_config.json");

  @TempDir Path home;
  @TempDir Path data;
  private Path bundle;
  private LocalHub server;
  private ImageDecoder decoder;

  @BeforeEach
  void serve() throws Exception {
    bundle = Path.of(HubModelTest.class.getResource("/clip/tiny-clip").toURI());
    server = new LocalHub(100_000).putFolder(bundle);
    decoder = new ImageDecoder(Settings.of(MediaConfig.class));
  }

  @AfterEach
  void stop() {
    server.close();
    decoder.close();
  }

  private Encoder encoder(String... settings) {
    Map<String, String> environment =
        Map.of("HF_ENDPOINT", server.endpoint(), "HF_HOME", home.toString());
    Hub hub =
        new Hub(
            Settings.of(HubConfig.class, "vde.hub.retries", "0"),
            name -> Optional.ofNullable(environment.get(name)));
    Encoder encoder = new Encoder(Settings.of(ModelConfig.class, settings), data, hub, decoder);
    encoder.start();
    return encoder;
  }

  private String refusal(String... settings) {
    Encoder encoder = encoder(settings);
    assertThrows(ModelNotReadyException.class, encoder::awaitReady);
    assertEquals(ModelState.Phase.FAILED, encoder.state().phase());
    encoder.close();
    return encoder.state().reason();
  }

  @Test
  void itIsDownloadedOnceAndEmbedsAsTransformersDoes() throws Exception {
    JsonNode text =
        new ObjectMapper().readTree(bundle.resolve("references.json").toFile()).at("/texts/0");
    for (String start : List.of("first", "second")) {
      Encoder encoder = encoder("vde.model", LocalHub.REPOSITORY);
      encoder.awaitReady();
      assertEquals(LocalHub.REPOSITORY, encoder.model().id());
      float[] vector =
          encoder
              .embedText(text.get("text").asText(), Lane.BULK)
              .get(Patience.SECONDS, TimeUnit.SECONDS);
      double cosine = 0;
      double square = 0;
      for (int i = 0; i < vector.length; i++) {
        double expected = text.get("embedding").get(i).asDouble();
        cosine += vector[i] * expected;
        square += expected * expected;
      }
      assertTrue(cosine / Math.sqrt(square) >= .99999, start + " " + cosine);
      encoder.close();
      if (start.equals("first")) {
        assertEquals(
            new TreeSet<>(FILES).stream().map(server::etag).collect(Collectors.toSet()),
            server.downloads().stream()
                .map(request -> request.uri().replaceFirst("\\?.*", ""))
                .map(
                    uri ->
                        uri.startsWith("/moved/")
                            ? server.etag(uri.substring(7))
                            : uri.substring(1))
                .collect(Collectors.toSet()));
        server.requests.clear();
        forgetWhatIsAbsent();
      }
    }
    assertEquals(List.of(), server.requests);
  }

  /** So that the cache is as after Python's snapshot_download, which notes nothing absent. */
  private void forgetWhatIsAbsent() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("hub/models--owner--tiny-clip/.no_exist"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void whileItIsDownloadedEverythingElseSaysHowFarItIs() throws Exception {
    CountDownLatch seen = new CountDownLatch(1);
    server.storeFault =
        exchange -> {
          byte[] content = server.stored(exchange);
          exchange.sendResponseHeaders(200, content.length);
          exchange.getResponseBody().write(content, 0, content.length / 2);
          exchange.getResponseBody().flush();
          await(seen);
          exchange
              .getResponseBody()
              .write(content, content.length / 2, content.length - content.length / 2);
          exchange.close();
          return true;
        };
    Encoder encoder = encoder("vde.model", LocalHub.REPOSITORY);
    long end = System.nanoTime() + 30_000_000_000L;
    while (encoder.state().download() == null || encoder.state().download().bytes() == 0) {
      assertTrue(System.nanoTime() < end, encoder.state().toString());
      Thread.onSpinWait();
    }
    ModelState state = encoder.state();
    assertTrue(state.download().bytes() < state.download().total());
    assertTrue(state.progress() > 0 && state.progress() < .8);
    assertTrue(
        state.reason().matches(".*owner/tiny-clip is being downloaded: [01] of [12] MB\\."),
        state.reason());
    assertTrue(encoder.embedText("a", Lane.INTERACTIVE).isCompletedExceptionally());
    seen.countDown();
    encoder.awaitReady();
    encoder.close();
  }

  @Test
  void closingEndsADownload() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    server.storeFault =
        exchange -> {
          exchange.sendResponseHeaders(200, server.stored(exchange).length);
          exchange.getResponseBody().write(new byte[1000]);
          exchange.getResponseBody().flush();
          begun.countDown();
          await(closed);
          return true;
        };
    Encoder encoder = encoder("vde.model", LocalHub.REPOSITORY);
    assertTrue(begun.await(Patience.SECONDS, TimeUnit.SECONDS));
    encoder.close();
    closed.countDown();
    assertFalse(encoder.state().isReady());
  }

  @Test
  void aVariantThatIsNotThereIsRefusedWithThoseThatAre() {
    server.put("onnx/model_quantized.onnx", new byte[10]);
    String reason = refusal("vde.model", LocalHub.REPOSITORY, "vde.model.variant", "fp16");
    assertTrue(reason.contains("fp16") && reason.contains("it has fp32, quantized"), reason);
  }

  @Test
  void aSettingThatCannotBeIsSaidBeforeAnythingIsDownloaded() {
    for (String setting : List.of("prompts", "variant", "provider")) {
      String reason = refusal("vde.model", LocalHub.REPOSITORY, "vde.model." + setting, "wrong");
      assertTrue(reason.startsWith("vde.model." + setting + " "), reason);
    }
    assertEquals(List.of(), server.requests);
  }

  @Test
  void aVariantOfWhichATowerIsMissingIsNotSaidToBeThere() {
    server.put("onnx/vision_model_q4.onnx", new byte[10]);
    String reason = refusal("vde.model", LocalHub.REPOSITORY, "vde.model.variant", "q4");
    assertTrue(reason.endsWith("no files for vde.model.variant=q4; it has fp32."), reason);
  }

  @Test
  void whereNoVariantIsCompleteTheFilesAreListed() {
    server.put("onnx/vision_model_q4.onnx", new byte[10]);
    server.remove("onnx/vision_model.onnx");
    String reason = refusal("vde.model", LocalHub.REPOSITORY, "vde.model.variant", "q4");
    assertTrue(reason.endsWith("and has onnx/text_model.onnx, onnx/vision_model_q4.onnx."), reason);
    assertEquals(List.of(), server.downloads());
  }

  @Test
  void aRepositoryWithoutGraphsIsRefusedBeforeAnythingIsDownloaded() throws IOException {
    server.close();
    server = new LocalHub(100_000);
    for (String file : List.of("config.json", "preprocessor_config.json", "tokenizer.json")) {
      server.put(file, new byte[] {'{', '}'});
    }
    String reason = refusal("vde.model", LocalHub.REPOSITORY);
    assertTrue(reason.contains("no ONNX files") && reason.contains("onnx/model.onnx"), reason);
    assertEquals(List.of(), server.downloads());
  }

  @Test
  void whatTheHubRefusesIsTheReason() {
    assertTrue(refusal("vde.model", "owner/none").contains("owner/none"));
    server.token = "hf_secret";
    assertTrue(refusal("vde.model", LocalHub.REPOSITORY).contains("HF_TOKEN"));
    assertTrue(
        refusal("vde.model", "./no such folder").contains("neither a folder that exists nor"));
  }

  @Test
  void itIsNamedTheSameWhicheverModelReadsItsTexts(@TempDir Path elsewhere) {
    String multilingual = References.of("families/multilingual").folder().toString();
    String own = key("vde.model", LocalHub.REPOSITORY);
    home = elsewhere;
    assertEquals(own, key("vde.model", LocalHub.REPOSITORY, "vde.model.text", multilingual));
    assertFalse(Files.exists(snapshot().resolve("tokenizer.json")));
    assertEquals(own, key("vde.model", LocalHub.REPOSITORY));
  }

  private String key(String... settings) {
    Encoder encoder = encoder(settings);
    encoder.awaitReady();
    String key = encoder.model().key();
    encoder.close();
    return key;
  }

  private Path snapshot() {
    return home.resolve("hub/models--owner--tiny-clip/snapshots").resolve(server.commit);
  }

  @Test
  void weightsAreFetchedByWhateverNameTheGraphGivesThem() throws IOException {
    Path forms = References.of("families/tiny-clip-forms").folder();
    String graph =
        Files.readString(forms.resolve("onnx/vision_model.onnx"), StandardCharsets.ISO_8859_1);
    server.put(
        "onnx/vision_model.onnx",
        graph
            .replace("vision_model.onnx_data", "vision-weights-all.bin") // as long
            .getBytes(StandardCharsets.ISO_8859_1));
    server.put(
        "onnx/vision-weights-all.bin",
        Files.readAllBytes(forms.resolve("onnx/vision_model.onnx_data")));
    key("vde.model", LocalHub.REPOSITORY);
    assertTrue(Files.exists(snapshot().resolve("onnx/vision-weights-all.bin")));
    server.requests.clear();
    key("vde.model", LocalHub.REPOSITORY);
    assertEquals(List.of(), server.requests);
  }

  @Test
  void weightsOutsideTheRepositoryAreRefusedAndNothingIsWrittenThere() throws IOException {
    Path forms = References.of("families/tiny-clip-forms").folder();
    String graph =
        Files.readString(forms.resolve("onnx/vision_model.onnx"), StandardCharsets.ISO_8859_1);
    server.put(
        "onnx/vision_model.onnx",
        graph
            .replace("vision_model.onnx_data", "../../../../outside.bi") // as long
            .getBytes(StandardCharsets.ISO_8859_1));
    String reason = refusal("vde.model", LocalHub.REPOSITORY);
    assertTrue(reason.contains("not in the model's folder"), reason);
    try (Stream<Path> files = Files.walk(home)) {
      assertTrue(files.noneMatch(file -> file.endsWith("outside.bi")));
    }
  }

  @Test
  void anUpdateToACommitThatLacksTheVariantLeavesWhatIsThere() {
    String before = key("vde.model", LocalHub.REPOSITORY);
    server.commit = "f".repeat(40);
    server.remove("onnx/vision_model.onnx");
    assertEquals(before, key("vde.model", LocalHub.REPOSITORY, "vde.model.update", "true"));
  }

  @Test
  void theFilesOfAVariantAndOfATextTowerAreChosenByName() {
    List<String> here =
        List.of(
            "config.json",
            "preprocessor_config.json",
            "tokenizer.json",
            "modules.json",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "onnx/vision_model.onnx",
            "onnx/vision_model_int8.onnx",
            "onnx/vision_model_quantized.onnx",
            "onnx/model.onnx",
            "onnx/model.onnx_data",
            "onnx/model.onnx_data_1",
            "onnx/model_quantized.onnx",
            "pytorch_model.bin");
    assertEquals(
        List.of(
            "config.json",
            "preprocessor_config.json",
            "tokenizer.json",
            "onnx/vision_model.onnx",
            "onnx/model.onnx",
            "onnx/model.onnx_data",
            "onnx/model.onnx_data_1"),
        WantedFiles.ofModel("o/n", Variant.FP32, true, here::contains));
    assertEquals(
        List.of(
            "config.json",
            "preprocessor_config.json",
            "onnx/vision_model_int8.onnx",
            "onnx/vision_model_quantized.onnx"),
        WantedFiles.ofModel("o/n", Variant.INT8, false, here::contains));
    Path modules = References.of("families/multilingual").folder().resolve("modules.json");
    assertEquals(
        List.of(
            "config.json",
            "tokenizer.json",
            "modules.json",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "2_Dense/model.safetensors",
            "onnx/model_quantized.onnx"),
        WantedFiles.ofTextModel(
            "o/n",
            Variant.QUANTIZED,
            new RepositoryFiles() {
              @Override
              public boolean has(String path) {
                return here.contains(path);
              }

              @Override
              public Optional<Path> local(String path) {
                return Optional.of(modules).filter(file -> file.endsWith(path));
              }
            }));
  }

  @Test
  void theLayersOfATextModelAreFetchedByWhateverNamesItGivesThem() throws Exception {
    References multilingual = References.of("families/multilingual");
    server.close();
    server = new LocalHub(100_000).putFolder(multilingual.folder());
    rename("1_Pooling/config.json", "2_MeanOfTokens/config.json");
    rename("2_Dense/config.json", "4_Linear/config.json");
    rename("2_Dense/model.safetensors", "4_Linear/model.safetensors");
    server.put(
        "modules.json",
        new String(server.content("modules.json"), StandardCharsets.UTF_8)
            .replace("1_Pooling", "2_MeanOfTokens")
            .replace("2_Dense", "4_Linear")
            .getBytes(StandardCharsets.UTF_8));
    for (String start : List.of("first", "second")) {
      Encoder encoder =
          encoder("vde.model", bundle.toString(), "vde.model.text", LocalHub.REPOSITORY);
      encoder.awaitReady();
      multilingual.assertTexts(encoder, .99999);
      encoder.close();
      if (start.equals("first")) {
        server.requests.clear();
      }
    }
    assertEquals(List.of(), server.requests);
  }

  private void rename(String from, String to) {
    server.put(to, server.content(from));
    server.remove(from);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(Patience.SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
