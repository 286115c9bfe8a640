package io.vde.clip;

import ai.onnxruntime.OrtException;
import java.util.Collections;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * The two towers of a model, loaded. Where 8 bits are wanted and published in several forms, each
 * is tried: some run three times faster than float on a CPU, others no faster at all.
 */
final class Towers implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Towers.class);
  private static final String SAMPLE = "a photo of a cat";
  private static final int TRIALS = 3;

  /** How much faster a later file must be: more than chance, so that most machines choose alike. */
  private static final double CLEARLY = 1.5;

  private final Loaded<TextTower> text;
  private final Loaded<VisionTower> vision;

  private Towers(Loaded<TextTower> text, Loaded<VisionTower> vision) {
    this.text = text;
    this.vision = vision;
  }

  /**
   * Loads them.
   *
   * @param choice remembers what was taken before
   * @throws BundleException when they cannot be loaded or do not run
   */
  static Towers open(
      ModelBundle bundle, TextTokens tokens, Execution execution, GraphChoice choice) {
    return open(bundle, tokens, execution, choice, (_, run) -> measured(run));
  }

  /**
   * Loads them, with another clock.
   *
   * @param timer says how long a graph takes
   */
  static Towers open(
      ModelBundle bundle, TextTokens tokens, Execution execution, GraphChoice choice, Timer timer) {
    TextBundle texts = bundle.text();
    boolean combined = texts.graphs().equals(bundle.visionGraphs());
    long[] sample = tokens.ids(SAMPLE);
    long padding = tokens.paddingId(texts.padding().token());
    byte[] black = new byte[3 * bundle.preprocessing().width() * bundle.preprocessing().height()];
    Loaded<VisionTower> vision =
        fastest(
            bundle.visionGraphs(),
            choice,
            timer,
            execution,
            graph -> new VisionTower(graph, bundle, Filler.texts(graph, sample[0])),
            tower -> tower.run(Collections.nCopies(tower.largest(), new PreparedImage(black))));
    try {
      Opener<TextTower> opener =
          graph ->
              new TextTower(
                  graph, texts, padding, Filler.pictures(graph, bundle.preprocessing(), texts));
      Loaded<TextTower> text =
          combined
              ? new Loaded<>(vision.graph, tower(vision.graph, opener))
              : fastest(
                  texts.graphs(),
                  choice,
                  timer,
                  execution,
                  opener,
                  tower -> tower.run(List.of(sample)));
      Towers towers = new Towers(text, vision);
      towers.tryPadding(sample);
      return towers;
    } catch (BundleException e) {
      vision.close();
      throw texts.dense() == null ? e : e.of(TextBundle.SETTING);
    } catch (RuntimeException | Error e) {
      vision.close();
      throw e;
    }
  }

  TextTower text() {
    return text.tower;
  }

  VisionTower vision() {
    return vision.tower;
  }

  Graph textGraph() {
    return text.graph;
  }

  Graph visionGraph() {
    return vision.graph;
  }

  @Override
  public void close() {
    text.tower.close();
    vision.close();
    if (text.graph != vision.graph) {
      text.graph.close();
    }
  }

  private void tryPadding(long[] sample) {
    try {
      if (text.tower.tryPadding(sample)) {
        LOG.infof(
            "%s reads the padding behind a text: all texts are padded", text.graph.file().name());
      }
    } catch (OrtException e) {
      throw notRunning(text.graph, e);
    }
  }

  private static <T extends MicroBatcher.Tower<?>> Loaded<T> fastest(
      List<GraphFile> candidates,
      GraphChoice choice,
      Timer timer,
      Execution execution,
      Opener<T> opener,
      Trial<T> trial) {
    List<GraphFile> files = choice.among(candidates).map(List::of).orElse(candidates);
    Loaded<T> best = null;
    long bestNanos = 0;
    BundleException refusal = null;
    for (GraphFile file : files) {
      Loaded<T> loaded = null;
      long nanos = 0;
      try {
        loaded = load(file, execution, opener);
        nanos = files.size() == 1 ? 0 : time(loaded, trial, timer);
      } catch (BundleException e) {
        close(loaded);
        refusal = refusal == null ? e : refusal;
        if (files.size() > 1) {
          LOG.warnf("%s is left out: %s", file.name(), e.getMessage());
        }
        continue;
      } catch (RuntimeException | Error e) {
        close(loaded);
        close(best);
        throw e;
      }
      if (best == null) {
        best = loaded;
        bestNanos = nanos;
      } else if (nanos * CLEARLY < bestNanos) {
        told(best, bestNanos, loaded, nanos);
        best.close();
        best = loaded;
        bestNanos = nanos;
      } else {
        told(loaded, nanos, best, bestNanos);
        loaded.close();
      }
    }
    if (best == null) {
      throw refusal;
    }
    if (files.size() > 1) {
      choice.keep(files, best.graph.file());
    }
    return best;
  }

  private static <T extends MicroBatcher.Tower<?>> Loaded<T> load(
      GraphFile file, Execution execution, Opener<T> opener) {
    Graph graph = new Graph(file, execution);
    try {
      return new Loaded<>(graph, tower(graph, opener));
    } catch (RuntimeException | Error e) {
      graph.close();
      throw e;
    }
  }

  private static void close(Loaded<?> loaded) {
    if (loaded != null) {
      loaded.close();
    }
  }

  private static void told(Loaded<?> left, long leftNanos, Loaded<?> taken, long takenNanos) {
    LOG.infof(
        "%s takes %.1f ms where %s takes %.1f ms: the latter runs",
        left.graph.file().name(), leftNanos / 1e6, taken.graph.file().name(), takenNanos / 1e6);
  }

  private static <T extends MicroBatcher.Tower<?>> long time(
      Loaded<T> loaded, Trial<T> trial, Timer timer) {
    try {
      return timer.nanos(loaded.graph.file(), () -> trial.run(loaded.tower));
    } catch (OrtException e) {
      throw notRunning(loaded.graph, e);
    }
  }

  /** The best of some runs, after one that does not count. */
  private static long measured(Run run) throws OrtException {
    run.once();
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TRIALS; i++) {
      long start = System.nanoTime();
      run.once();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }

  /** Says how long a run of a graph takes. */
  @FunctionalInterface
  interface Timer {
    long nanos(GraphFile graph, Run run) throws OrtException;
  }

  /** Runs a graph. */
  @FunctionalInterface
  interface Run {
    void once() throws OrtException;
  }

  private static <T> T tower(Graph graph, Opener<T> opener) {
    try {
      return opener.open(graph);
    } catch (OrtException e) {
      throw notRunning(graph, e);
    }
  }

  private static BundleException notRunning(Graph graph, OrtException e) {
    return new BundleException("The model's " + graph.file().name() + " does not run.", e);
  }

  private interface Opener<T> {
    T open(Graph graph) throws OrtException;
  }

  private interface Trial<T> {
    Object run(T tower) throws OrtException;
  }

  private record Loaded<T extends MicroBatcher.Tower<?>>(Graph graph, T tower) {
    void close() {
      tower.close();
      graph.close();
    }
  }
}
