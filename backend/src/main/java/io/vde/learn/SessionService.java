package io.vde.learn;

import com.github.f4b6a3.ulid.UlidCreator;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vde.learn.Replay.Label;
import io.vde.search.BadQueryException;
import io.vde.search.NoSuchImageException;
import io.vde.search.QueryTerm;
import io.vde.search.SearchService;
import io.vde.store.Dataset;
import io.vde.store.Filter;
import io.vde.store.ImageRecord;
import io.vde.store.ImageStore;
import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Kind;
import io.vde.store.LogEntry.Mark;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.RevisionConflictException;
import io.vde.store.SearchResult;
import io.vde.store.Session;
import io.vde.store.SessionNotFoundException;
import io.vde.store.SessionStore;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Teaches: appends to the log of each session, fits its classifier and picks the next page. What
 * has been taught is read by {@link SessionReader}.
 *
 * <p>Calls on one session are applied one after another; each that changes something is one entry
 * of the log with its own revision, durable before it is answered.
 */
@Singleton
public final class SessionService {
  /** Marks in one call. */
  public static final int MAX_MARKS = 10_000;

  private static final int MAX_NAME = 200;
  private static final int CONFLICT_RETRIES = 10;

  private final SessionStore sessions;
  private final ImageStore images;
  private final SearchService search;
  private final Fitter fitter;
  private final ReplayCache replays;
  private final Timer fitTime;
  private final Timer storeTime;
  private final Timer searchTime;
  private final Clock clock = Clock.systemUTC();

  SessionService(
      SessionStore sessions,
      ImageStore images,
      SearchService search,
      Fitter fitter,
      ReplayCache replays,
      MeterRegistry metrics) {
    this.sessions = sessions;
    this.images = images;
    this.search = search;
    this.fitter = fitter;
    this.replays = replays;
    fitTime = metrics.timer("vde.label.fit");
    storeTime = metrics.timer("vde.label.store");
    searchTime = metrics.timer("vde.label.search");
  }

  /**
   * A new session as a caller describes it.
   *
   * @param query the terms, with sessions already resolved
   * @param queryJson the query as it was given
   * @param name null: made from the query
   * @param method null: the default
   * @param filter the part of the dataset it teaches on; null means all
   * @param filterJson the filter as it was given, or null
   */
  public record Draft(
      String dataset,
      List<QueryTerm> query,
      String queryJson,
      String name,
      String method,
      Filter filter,
      String filterJson) {}

  /**
   * What a call leads to.
   *
   * @param hits the next page: the most similar images that have not been seen
   * @param positive how many right images the classifier has learnt from
   * @param negative how many wrong ones
   */
  public record Outcome(Session session, List<SearchResult.Hit> hits, int positive, int negative) {}

  /**
   * What a person said on a page.
   *
   * @param verdicts image id to verdict
   * @param refit whether to close a round
   * @param limit images of the next page
   * @param baseRevision the revision that the person saw, or null for any
   */
  public record Marks(Map<String, Verdict> verdicts, boolean refit, int limit, Long baseRevision) {}

  /** Starts a session and gives its first page. */
  public Outcome create(Draft draft, int limit) {
    Dataset dataset = search.dataset(draft.dataset());
    String method = fitter.checked(draft.method());
    float[] vector = search.encode(dataset, draft.query());
    Instant now = now();
    String name = draft.name() == null ? defaultName(draft.query()) : checkedName(draft.name());
    Session session =
        new Session(
            UlidCreator.getMonotonicUlid().toString(),
            name,
            dataset.name(),
            draft.queryJson(),
            vector,
            method,
            draft.filterJson(),
            dataset.model(),
            now,
            new Session.Tally(0, 0, 0, 0, false, false, now));
    sessions.create(session);
    return new Outcome(
        session, search.unseen(dataset.name(), vector, Set.of(), draft.filter(), limit), 0, 0);
  }

  private static String defaultName(List<QueryTerm> query) {
    String words = "";
    for (QueryTerm term : query) {
      if (term instanceof QueryTerm.Text text) {
        String part = text.text().strip().replaceAll("\\s+", " ");
        words += (words.isEmpty() ? "" : " ") + (text.weight() < 0 ? "− " : "") + part;
      }
    }
    if (words.isEmpty()) {
      return "Images like this";
    }
    return characters(words) <= MAX_NAME
        ? words
        : words.substring(0, words.offsetByCodePoints(0, MAX_NAME - 1)) + "…";
  }

  /** As a person counts them, or nearly: an emoji is two of Java's. */
  private static int characters(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String checkedName(String name) {
    if (name.isBlank() || characters(name) > MAX_NAME) {
      throw new BadQueryException("name", "must have 1 to " + MAX_NAME + " characters");
    }
    return name.strip();
  }

  /**
   * Renames a session, or changes its method.
   *
   * @param name null leaves it
   * @param method null leaves it
   */
  public Session change(String id, String name, String method) {
    replays.session(id);
    if (method != null) {
      // There is one, so the session has it.
      fitter.checked(method);
    }
    if (name != null) {
      sessions.rename(id, checkedName(name), now());
    }
    return replays.session(id);
  }

  /** Removes a session. */
  public void delete(String id) {
    if (!sessions.delete(id)) {
      throw new SessionNotFoundException(id);
    }
    replays.forget(id);
  }

  /** Applies marks, closes a round when asked to, and gives the next page. All or nothing. */
  public Outcome mark(String id, Marks marks) {
    Step step =
        changing(
            id,
            (session, replay) -> {
              requirePresent(session, replay, marks.baseRevision());
              List<Mark> effective =
                  replay.effective(withVectors(session, replay, marks.verdicts()));
              boolean round = marks.refit() && replay.wouldLearn(effective);
              return effective.isEmpty() && !round
                  ? null
                  : new LogEntry(replay.revision() + 1, Kind.CALL, effective, round, null, now());
            });
    return marks.refit() ? page(step, marks.limit()) : step.outcome(List.of());
  }

  /**
   * Takes back the last live call.
   *
   * @param baseRevision the revision that the person saw, or null for any
   */
  public Outcome undo(String id, int limit, Long baseRevision) {
    return page(moved(id, Kind.UNDO, baseRevision), limit);
  }

  /**
   * Brings back the call last taken back.
   *
   * @param baseRevision the revision that the person saw, or null for any
   */
  public Outcome redo(String id, int limit, Long baseRevision) {
    return page(moved(id, Kind.REDO, baseRevision), limit);
  }

  private Step moved(String id, Kind kind, Long baseRevision) {
    return changing(
        id,
        (session, replay) -> {
          requirePresent(session, replay, baseRevision);
          if (!(kind == Kind.UNDO ? replay.canUndo() : replay.canRedo())) {
            throw new NothingToUndoException(session, kind);
          }
          return new LogEntry(replay.revision() + 1, kind, List.of(), false, null, now());
        });
  }

  private static void requirePresent(Session session, Replay replay, Long baseRevision) {
    if (baseRevision != null && baseRevision != replay.revision()) {
      throw new StaleRevisionException(session, baseRevision);
    }
  }

  private Outcome page(Step step, int limit) {
    Session session = step.session();
    Filter filter = FilterJson.parse(session);
    return step.outcome(
        searchTime.record(
            () -> search.unseen(session.dataset(), step.weights(), step.seen(), filter, limit)));
  }

  /** The state after a call: what its answer is made from. */
  private record Step(Session session, float[] weights, Set<String> seen, Replay.Learned learned) {
    Outcome outcome(List<SearchResult.Hit> hits) {
      return new Outcome(session, hits, learned.positive(), learned.negative());
    }
  }

  /** Decides on the next entry; null changes nothing. */
  private interface Change {
    LogEntry entry(Session session, Replay replay);
  }

  private Step changing(String id, Change change) {
    for (int attempt = 1; ; attempt++) {
      Session session = replays.session(id);
      try {
        return replays.with(session, replay -> changed(replays.session(id), replay, change));
      } catch (RevisionConflictException e) {
        // Another node has appended meanwhile: read its entries and decide anew.
        if (attempt == CONFLICT_RETRIES) {
          throw e;
        }
      }
    }
  }

  private Step changed(Session session, Replay replay, Change change) {
    LogEntry entry = change.entry(session, replay);
    if (entry == null) {
      return new Step(session, replays.weights(session, replay), replay.seen(), replay.learned());
    }
    float[] before = entry.round() ? replays.weights(session, replay) : null;
    replay.apply(entry);
    float[] fitted = null;
    if (entry.round()) {
      Examples examples = replay.examples();
      fitted =
          examples.size() == 0
              ? session.queryVector()
              : fitTime.record(
                  () -> fitter.fit(session.method(), session.queryVector(), before, examples));
    }
    LogEntry learnt =
        new LogEntry(
            entry.revision(), entry.kind(), entry.marks(), entry.round(), fitted, entry.at());
    Session after = session.withTally(replay.tally(entry.at()));
    storeTime.record(() -> sessions.append(session.id(), learnt, after.tally()));
    return new Step(
        after,
        fitted != null ? fitted : replays.weights(session, replay),
        replay.seen(),
        replay.learned());
  }

  private List<Mark> withVectors(Session session, Replay replay, Map<String, Verdict> verdicts) {
    Set<String> unknown = new TreeSet<>();
    verdicts.forEach(
        (imageId, verdict) -> {
          if (!known(verdict, replay.labels().get(imageId))) {
            unknown.add(imageId);
          }
        });
    Map<String, ImageRecord> found = images.get(session.dataset(), unknown);
    unknown.removeAll(found.keySet());
    if (!unknown.isEmpty()) {
      throw new NoSuchImageException(session.dataset(), unknown);
    }
    List<Mark> marks = new ArrayList<>();
    verdicts.forEach(
        (imageId, verdict) -> {
          ImageRecord image = found.get(imageId);
          marks.add(
              new Mark(
                  imageId,
                  verdict,
                  switch (verdict) {
                    case POSITIVE, NEGATIVE ->
                        image != null ? image.vector() : replay.labels().get(imageId).vector();
                    case SKIPPED, CLEARED -> null;
                  }));
        });
    return marks;
  }

  /** Whether the log has all that the verdict needs: it outlives the image. */
  private static boolean known(Verdict verdict, Label label) {
    return label != null
        && switch (verdict) {
          // Skipped before, and marked now: its vector is not in the log yet.
          case POSITIVE, NEGATIVE -> label.vector() != null;
          case SKIPPED, CLEARED -> true;
        };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
