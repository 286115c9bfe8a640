package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.Images;
import io.vde.store.SearchQuery;
import io.vde.store.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedFormatTest {
  @TempDir Path folder;

  private EmbeddedImageStore open() {
    return new EmbeddedImageStore(
        folder, EmbeddedSettings.defaults().withKernel(EmbeddedSettings.KernelMode.SKETCH));
  }

  @Test
  void anotherFormatIsRefusedWithBothNumbers() throws IOException {
    try (EmbeddedImageStore store = open()) {
      store.create(Images.dataset("birds", 8));
    }
    try (Directory directory = new MMapDirectory(folder.resolve("birds"));
        IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
      Map<String, String> data = new HashMap<>();
      writer.getLiveCommitData().forEach(entry -> data.put(entry.getKey(), entry.getValue()));
      data.put("vde.format", "7");
      writer.setLiveCommitData(data.entrySet());
      writer.commit();
    }
    String message = assertThrows(StoreUnavailableException.class, this::open).getMessage();
    assertTrue(message.contains("7") && message.contains("formats 2 to 4"), message);
  }

  @Test
  void aFolderInUseIsRefused() {
    try (EmbeddedImageStore store = open()) {
      store.create(Images.dataset("birds", 8));
      String message = assertThrows(StoreUnavailableException.class, this::open).getMessage();
      assertTrue(message.contains("birds") && message.contains("in use"), message);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 64, 768, 1152, 1536, 4096})
  void vectorsOfAnyDimensionAreKeptAndFound(int dimension) {
    List<ImageRecord> images = Images.random("i", 300, dimension, dimension);
    try (EmbeddedImageStore store = open()) {
      store.create(Images.dataset("d", dimension));
      store.upsert("d", images);
      for (ImageRecord image : images.subList(0, 5)) {
        SearchQuery query = new SearchQuery(image.vector(), 0, 300, Set.of(), null, false, false);
        assertEquals(0, store.search("d", query).hits().getFirst().distance(), 1e-6);
        SearchQuery one = new SearchQuery(image.vector(), 0, 1, Set.of(), null, false, false);
        assertEquals(
            store.search("d", query).hits().getFirst(), store.search("d", one).hits().getFirst());
      }
    }
  }

  @Test
  void mergesKeepEveryImageAndItsFields() throws IOException {
    try (EmbeddedImageStore store = open()) {
      store.create(Images.dataset("birds", 64));
      for (int i = 0; i < 40; i++) {
        store.upsert("birds", Images.random("b" + i + "-", 10, 64, i));
        store.delete("birds", List.of("b" + i + "-000003"));
      }
      Filter even = new Filter.In("even", List.of(true));
      assertEquals(200, store.list("birds", even, 0, 1).total());
      List<String> listed =
          store.list("birds", null, 0, 9).items().stream().map(ImageRecord::id).toList();
      assertEquals(
          IntStream.of(9, 8, 7, 6, 5, 4, 2, 1, 0).mapToObj(n -> "b39-00000" + n).toList(), listed);
      assertEquals(360, store.dataset("birds").orElseThrow().images());
    }
    try (Directory directory = new MMapDirectory(folder.resolve("birds"));
        DirectoryReader reader = DirectoryReader.open(directory)) {
      assertTrue(reader.leaves().size() < 40, "merged into " + reader.leaves().size());
    }
  }
}
