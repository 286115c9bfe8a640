package io.vde.store.embedded;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vde.store.ImageRecord;
import io.vde.store.Images;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecallTest {
  /** Enough that sketches are scanned for a second page, which excludes the first. */
  private static final int SIZE = 6000;

  private static final int K = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(BenchVectors.class)
  void theNearestAreFoundAmongVectorsOfImageModels(BenchVectors kind) {
    assertRecall(BenchVectors.DIMENSION, kind::vector, kind.queries(9, SIZE));
  }

  @Test
  void theNearestAreFoundAmongVectorsWhoseErrorsAddUp() {
    // Two values a vector: all components of one value are rounded alike, so that errors do not
    // cancel as the model of them assumes.
    IntFunction<float[]> twoValues =
        number -> {
          Random random = new Random(number);
          float[] v = new float[512];
          float low = .3f + .4f * random.nextFloat();
          for (int i = 0; i < v.length; i++) {
            v[i] = random.nextInt(8) == 0 ? 1 : low;
          }
          return Images.normalised(v);
        };
    List<float[]> queries = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      queries.add(twoValues.apply(-1 - i));
    }
    assertRecall(512, twoValues, queries);
  }

  @Test
  void theNearestAreFoundAmongVectorsThatAreNearlyTheSame() {
    // Closer to each other than the step of an int8 row.
    IntFunction<float[]> cloud =
        number -> {
          float[] v = Images.unit(new Random(number), 512);
          for (int i = 0; i < v.length; i++) {
            v[i] = .05f * v[i] + 1;
          }
          return Images.normalised(v);
        };
    List<float[]> queries = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      queries.add(i % 2 == 0 ? cloud.apply(-1 - i) : Images.unit(new Random(i), 512));
    }
    assertRecall(512, cloud, queries);
  }

  private void assertRecall(int dimension, IntFunction<float[]> vectors, List<float[]> queries) {
    List<ImageRecord> images = new ArrayList<>();
    for (int i = 0; i < SIZE; i++) {
      images.add(Images.image("i" + i, vectors.apply(i)));
    }
    List<List<String>> answers = new ArrayList<>();
    try (EmbeddedImageStore store = open(EmbeddedSettings.KernelMode.SKETCH)) {
      store.create(Images.dataset("vectors", dimension));
      store.upsert("vectors", images.subList(0, 3000));
      store.upsert("vectors", images.subList(3000, SIZE));
      for (float[] query : queries) {
        double[] scores =
            images.stream().mapToDouble(image -> -Images.dot(image.vector(), query)).toArray();
        Arrays.sort(scores);
        List<SearchResult.Hit> first = search(store, query, Set.of());
        assertNear(-scores[K - 1], first);
        Set<String> seen = first.stream().map(h -> h.image().id()).collect(Collectors.toSet());
        assertNear(-scores[2 * K - 1], search(store, query, seen));
        answers.add(first.stream().map(hit -> hit.image().id() + hit.distance()).toList());
      }
    }
    for (EmbeddedSettings.KernelMode mode : EmbeddedSettings.KernelMode.values()) {
      try (EmbeddedImageStore store = open(mode)) {
        for (int q = 0; q < queries.size(); q++) {
          assertEquals(
              answers.get(q),
              search(store, queries.get(q), Set.of()).stream()
                  .map(hit -> hit.image().id() + hit.distance())
                  .toList(),
              mode.name());
        }
      }
    }
  }

  private EmbeddedImageStore open(EmbeddedSettings.KernelMode mode) {
    return new EmbeddedImageStore(folder, EmbeddedSettings.defaults().withKernel(mode));
  }

  private static List<SearchResult.Hit> search(
      EmbeddedImageStore store, float[] query, Set<String> exclude) {
    return store
        .search("vectors", new SearchQuery(query, 0, K, exclude, null, false, false))
        .hits();
  }

  private static void assertNear(double kthScore, List<SearchResult.Hit> hits) {
    assertEquals(K, hits.size());
    assertTrue(
        hits.stream().allMatch(hit -> 1 - hit.distance() >= kthScore - 1e-6),
        () -> kthScore + " > " + hits.getLast());
    assertEquals(
        hits,
        hits.stream().sorted(Comparator.comparingDouble(SearchResult.Hit::distance)).toList());
  }
}
