package io.vde.learn;

import io.quarkus.runtime.StartupEvent;
import io.vde.clip.Encoder;
import io.vde.clip.ModelNotReadyException;
import io.vde.clip.ModelState;
import io.vde.search.BadQueryException;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Runs methods on a thread of their own. ND4J's native libraries are unpacked and warmed there in
 * the background at start, so that the first label is not slow; until then, and for good when they
 * cannot be loaded, everything is refused with a {@link LearningNotReadyException}: nobody waits
 * for a model that is downloaded for an hour.
 */
@Singleton
public final class Fitter {
  private static final Logger LOG = Logger.getLogger(Fitter.class);
  private static final String NATIVE_CACHE = "org.bytedeco.javacpp.cachedir";
  private static final int QUEUE = 256;
  private static final int WARM_UP_DIMENSION = 512;

  private final Encoder encoder;
  private final Map<String, Method> methods;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(QUEUE),
          Thread.ofPlatform().daemon().name("fit").factory());
  private volatile boolean ready;
  private volatile String fault;

  Fitter(
      Encoder encoder,
      @Any Instance<Method> methods,
      @ConfigProperty(name = "vde.data-dir") Path dataDir) {
    // JavaCPP would unpack ND4J's libraries into the home folder.
    if (System.getProperty(NATIVE_CACHE) == null) {
      System.setProperty(NATIVE_CACHE, dataDir.resolve("native").toAbsolutePath().toString());
    }
    this.encoder = encoder;
    this.methods =
        methods.stream().collect(Collectors.toUnmodifiableMap(Method::name, Function.identity()));
  }

  void warmUp(@Observes StartupEvent event) {
    thread.execute(
        () -> {
          try {
            awaitOtherNatives();
            long start = System.nanoTime();
            useOneThread();
            for (Method method : methods.values()) {
              warmUp(method);
            }
            ready = true;
            LOG.infof("Learning is ready after %d ms", (System.nanoTime() - start) / 1_000_000);
          } catch (RuntimeException | LinkageError e) {
            fault = "The native libraries for learning cannot be loaded.";
            LOG.error(fault, e);
          }
        });
  }

  /**
   * JavaCPP looks up symbols while it walks the list of loaded libraries; a library that is opened
   * at that moment (ONNX Runtime's, say) and that walk wait for each other for ever, inside glibc.
   * So ND4J's libraries are loaded once all the others are there.
   */
  private void awaitOtherNatives() {
    try {
      encoder.awaitReady();
    } catch (ModelNotReadyException e) {
      LOG.debug("The model could not be loaded; learning goes on without it", e);
    }
  }

  /**
   * The threads of OpenMP and BLAS would wait for each other longer than they work: a fit is some
   * small products, on cores that searches use too. Set for the calling thread.
   */
  private static void useOneThread() {
    Nd4j.factory().blas().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
  }

  private static void warmUp(Method method) {
    float[] query = new float[WARM_UP_DIMENSION];
    query[0] = 1;
    for (int n = 1; n <= 9; n++) {
      float[][] vectors = new float[n][WARM_UP_DIMENSION];
      boolean[] verdicts = new boolean[n];
      for (int i = 0; i < n; i++) {
        vectors[i][i] = 1;
        verdicts[i] = i % 2 == 0;
      }
      method.fit(query, query, new Examples(vectors, verdicts));
    }
  }

  /** Why nothing can be learnt now, in words for a person, or null. */
  public String unavailableReason() {
    if (ready) {
      return null;
    }
    if (fault != null) {
      return fault;
    }
    ModelState model = encoder.state();
    return model.phase() == ModelState.Phase.LOADING
        ? "Learning waits for the model. " + model.reason()
        : "Learning is warming up.";
  }

  /** The name, when there is a method of that name; the default when it is null. */
  String checked(String method) {
    if (method == null) {
      return "sgd";
    }
    if (!methods.containsKey(method)) {
      throw new BadQueryException(
          "method",
          "'%s' is unknown; there are: %s"
              .formatted(method, String.join(", ", methods.keySet().stream().sorted().toList())));
    }
    return method;
  }

  /**
   * Learns a round; see {@link Method#fit}.
   *
   * @throws LearningNotReadyException while the libraries are loaded, and when they could not be
   */
  float[] fit(String method, float[] query, float[] weights, Examples examples) {
    return run(() -> methods.get(method).fit(query, weights, examples));
  }

  /**
   * Runs work on ND4J's thread and waits for it.
   *
   * @throws LearningNotReadyException while the libraries are loaded, and when they could not be
   */
  <T> T run(Supplier<T> work) {
    String reason = unavailableReason();
    if (reason != null) {
      throw new LearningNotReadyException(reason);
    }
    return CompletableFuture.supplyAsync(work, thread).join();
  }

  @PreDestroy
  void stop() {
    thread.shutdownNow();
  }
}
