package io.vde;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Arrows point one way; docs/architecture.md draws them. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.vde");

  @Test
  void roomsUseOnlyTheRoomsBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("api")
        .definedBy("io.vde.api..")
        .layer("learn")
        .definedBy("io.vde.learn..")
        .layer("search")
        .definedBy("io.vde.search..")
        .layer("ingest")
        .definedBy("io.vde.ingest..")
        .layer("clip")
        .definedBy("io.vde.clip..")
        .layer("hub")
        .definedBy("io.vde.hub..")
        .layer("media")
        .definedBy("io.vde.media..")
        .layer("store")
        .definedBy("io.vde.store")
        .layer("engines")
        .definedBy("io.vde.store.*..")
        .whereLayer("api")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("learn")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("ingest")
        .mayOnlyBeAccessedByLayers("api")
        .whereLayer("search")
        .mayOnlyBeAccessedByLayers("api", "learn")
        .whereLayer("clip")
        .mayOnlyBeAccessedByLayers("api", "learn", "search", "ingest")
        .whereLayer("hub")
        .mayOnlyBeAccessedByLayers("api", "clip")
        .whereLayer("media")
        .mayOnlyBeAccessedByLayers("api", "clip", "search", "ingest")
        .whereLayer("store")
        .mayOnlyBeAccessedByLayers("api", "learn", "search", "ingest", "engines")
        .whereLayer("engines")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  @Test
  void enginesDoNotKnowEachOther() {
    slices().matching("io.vde.store.(*)..").should().notDependOnEachOther().check(CLASSES);
  }

  @Test
  void onlyTheApiServesHttp() {
    noClasses()
        .that()
        .resideOutsideOfPackages("io.vde.api..", "io.vde.hub..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("jakarta.ws.rs..", "io.vertx.ext.web", "io.quarkus.vertx.http..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.vde.api..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "io\\.vertx\\.core\\.http\\.HttpServer.*|com\\.sun\\.net\\.httpserver\\..*")
        .check(CLASSES);
    // The hub's client is described by the same annotations, on an interface that nobody
    // implements.
    noClasses()
        .that()
        .resideInAPackage("io.vde.hub..")
        .and()
        .areNotInterfaces()
        .should()
        .beAnnotatedWith("jakarta.ws.rs.Path")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx.ext.web", "io.quarkus.vertx.http..")
        .check(CLASSES);
  }

  @Test
  void theApiKnowsNoEngineAndNoModelRuntime() {
    noClasses()
        .that()
        .resideInAPackage("io.vde.api..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.lucene..",
            "java.sql..",
            "org.sqlite..",
            "ai.onnxruntime..",
            "ai.djl..",
            "org.nd4j..",
            "org.deeplearning4j..")
        .check(CLASSES);
  }
}
