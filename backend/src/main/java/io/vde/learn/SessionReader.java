package io.vde.learn;

import io.vde.clip.ModelMismatchException;
import io.vde.search.BadQueryException;
import io.vde.search.SearchService;
import io.vde.store.Dataset;
import io.vde.store.ImageStore;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.Page;
import io.vde.store.SearchQuery;
import io.vde.store.SearchResult;
import io.vde.store.Session;
import io.vde.store.SessionStore;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads what sessions have been taught: their marks, rounds and classifiers, and what these find.
 */
@Singleton
public final class SessionReader {
  private static final Comparator<Map.Entry<String, Replay.Label>> NEWEST_FIRST =
      Comparator.comparingLong(
              (Map.Entry<String, Replay.Label> label) -> label.getValue().revision())
          .reversed()
          .thenComparing(Map.Entry.comparingByKey());

  private final SessionStore sessions;
  private final ImageStore images;
  private final SearchService search;
  private final Fitter fitter;
  private final ReplayCache replays;

  SessionReader(
      SessionStore sessions,
      ImageStore images,
      SearchService search,
      Fitter fitter,
      ReplayCache replays) {
    this.sessions = sessions;
    this.images = images;
    this.search = search;
    this.fitter = fitter;
    this.replays = replays;
  }

  /** The classifier of a session at a revision. */
  public record Classifier(
      Session session, long revision, float[] weights, int positive, int negative) {}

  /** One fit: the entry that holds it, and how many images it has learnt from. */
  public record Round(long revision, int positive, int negative) {}

  /** A verdict that stands. */
  public record Labelled(String imageId, Verdict verdict, long revision) {}

  /** A ranking by the classifier of one revision, with the verdicts of that revision. */
  public record Ranking(
      Session session, long revision, SearchResult result, Map<String, Verdict> verdicts) {}

  /** The session of that id. */
  public Session session(String id) {
    return replays.session(id);
  }

  /** All sessions, newest first. */
  public Page<Session> list(int offset, int limit) {
    return sessions.list(offset, limit);
  }

  /** The verdicts that stand, newest first, those of one call by image id. */
  public Page<Labelled> labels(String id, int offset, int limit) {
    return replays.with(
        replays.session(id),
        replay ->
            new Page<>(
                replay.labels().entrySet().stream()
                    .sorted(NEWEST_FIRST)
                    .skip(offset)
                    .limit(limit)
                    .map(
                        e ->
                            new Labelled(
                                e.getKey(), e.getValue().verdict(), e.getValue().revision()))
                    .toList(),
                replay.labels().size()));
  }

  /** The rounds that were not taken back, newest first. */
  public Page<Round> rounds(String id, int offset, int limit) {
    return replays.with(
        replays.session(id),
        replay -> {
          List<Replay.Learned> rounds = replay.rounds();
          return new Page<>(
              rounds.stream()
                  .skip(offset)
                  .limit(limit)
                  .map(round -> new Round(round.revision(), round.positive(), round.negative()))
                  .toList(),
              rounds.size());
        });
  }

  /** The present classifier. */
  public Classifier classifier(String id) {
    Session session = replays.session(id);
    return replays.with(
        session,
        replay ->
            new Classifier(
                session,
                replay.revision(),
                replays.weights(session, replay),
                replay.learned().positive(),
                replay.learned().negative()));
  }

  /** The classifier as a file that any Java program loads with DL4J. */
  public byte[] dl4j(Classifier classifier) {
    return fitter.run(() -> Dl4jExport.network(classifier.weights(), classifier.session().model()));
  }

  /**
   * A session's present classifier, as a query's vector on a dataset.
   *
   * @return unit length
   * @throws ModelMismatchException when the dataset's vectors are of another model
   */
  public float[] vectorFor(String id, Dataset dataset) {
    Classifier classifier = classifier(id);
    if (!classifier.session().model().equals(dataset.model())) {
      throw new ModelMismatchException(
          "The session '%s'".formatted(classifier.session().name()),
          classifier.session().model(),
          dataset.model());
    }
    return classifier.weights();
  }

  /**
   * The dataset ranked by the classifier of a revision, labelled images included.
   *
   * @param revision null for the present one
   */
  public Ranking results(String id, Long revision, int offset, int limit) {
    Then then = at(id, revision);
    SearchResult result =
        search.nearest(
            search.dataset(then.session().dataset()),
            new SearchQuery(
                then.weights(),
                offset,
                limit,
                Set.of(),
                FilterJson.parse(then.session()),
                false,
                true,
                true));
    return new Ranking(then.session(), then.revision(), result, then.verdicts());
  }

  /** Hands over every image with its score, nearest first. */
  public void export(String id, Receiver receiver) {
    Then then = at(id, null);
    images.rank(
        then.session().dataset(),
        then.weights(),
        FilterJson.parse(then.session()),
        hit -> receiver.accept(hit, then.verdicts().get(hit.image().id())));
  }

  /** Takes an export, image by image. */
  public interface Receiver {
    /**
     * Takes the next image.
     *
     * @param verdict null when the image is unseen
     */
    void accept(SearchResult.Hit hit, Verdict verdict);
  }

  /** A session as it was at a revision. */
  private record Then(
      Session session, long revision, float[] weights, Map<String, Verdict> verdicts) {}

  private Then at(String id, Long revision) {
    Session session = replays.session(id);
    return replays.with(
        session,
        present -> {
          long wanted = revision == null ? present.revision() : revision;
          if (wanted < 0 || wanted > present.revision()) {
            throw new BadQueryException(
                "revision", "must be 0 to %d".formatted(present.revision()));
          }
          Replay replay =
              wanted == present.revision() ? present : Replay.of(present.entries(), wanted);
          Map<String, Verdict> verdicts = new TreeMap<>();
          replay.labels().forEach((image, label) -> verdicts.put(image, label.verdict()));
          return new Then(session, wanted, replays.weights(session, replay), verdicts);
        });
  }
}
