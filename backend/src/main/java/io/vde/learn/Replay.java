package io.vde.learn;

import io.vde.store.LogEntry;
import io.vde.store.LogEntry.Mark;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.Session.Tally;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a session's log adds up to: the verdicts that stand, the round whose weights count, and what
 * can be undone and redone. A pure function of the entries, applied one after another.
 *
 * <p>Undo takes back whole calls. A call that is taken back leaves the verdicts as they were before
 * it, and the weights of the last round before it; the entries stay in the log.
 */
final class Replay {
  /** A verdict that stands, and the revision that gave it. */
  record Label(Verdict verdict, float[] vector, long revision) {}

  /** A live call and what it replaced, so that it can be taken back. */
  private record Call(
      LogEntry entry,
      Map<String, Label> labelsBefore,
      Learned learnedBefore,
      boolean unlearntBefore) {}

  /**
   * What the classifier has learnt from.
   *
   * @param revision of the entry with the round; 0 before the first
   */
  record Learned(long revision, int positive, int negative) {}

  private final List<LogEntry> entries = new ArrayList<>();
  // Sorted by id, so that the examples of a round do not depend on the order of the marks.
  private final TreeMap<String, Label> labels = new TreeMap<>();
  private final Deque<Call> live = new ArrayDeque<>();
  private final Deque<LogEntry> undone = new ArrayDeque<>();
  private Learned learned = new Learned(0, 0, 0);
  private boolean unlearnt;
  private int positive;
  private int negative;
  private int skipped;

  /** Replays the entries up to and including a revision. */
  static Replay of(List<LogEntry> log, long upTo) {
    Replay replay = new Replay();
    for (LogEntry entry : log) {
      if (entry.revision() > upTo) {
        break;
      }
      replay.apply(entry);
    }
    return replay;
  }

  /** Applies the next entry. */
  void apply(LogEntry entry) {
    if (entry.revision() != revision() + 1) {
      throw new IllegalStateException(
          "entry " + entry.revision() + " does not follow " + revision());
    }
    entries.add(entry);
    switch (entry.kind()) {
      case CALL -> {
        undone.clear();
        push(entry);
      }
      case UNDO -> undone.push(pop());
      case REDO -> push(undone.pop());
    }
  }

  private void push(LogEntry entry) {
    Map<String, Label> before = new HashMap<>();
    Learned learnedBefore = learned;
    boolean unlearntBefore = unlearnt;
    for (Mark mark : entry.marks()) {
      Label old = put(mark.imageId(), label(mark, entry.revision()));
      before.putIfAbsent(mark.imageId(), old);
      unlearnt |= teaches(old) || teaches(labels.get(mark.imageId()));
    }
    if (entry.round()) {
      learned = new Learned(entry.revision(), positive, negative);
      unlearnt = false;
    }
    live.push(new Call(entry, before, learnedBefore, unlearntBefore));
  }

  private LogEntry pop() {
    Call call = live.pop();
    call.labelsBefore().forEach(this::put);
    learned = call.learnedBefore();
    unlearnt = call.unlearntBefore();
    return call.entry();
  }

  private static Label label(Mark mark, long revision) {
    return mark.verdict() == Verdict.CLEARED
        ? null
        : new Label(mark.verdict(), mark.vector(), revision);
  }

  private Label put(String imageId, Label label) {
    Label old = label == null ? labels.remove(imageId) : labels.put(imageId, label);
    count(old, -1);
    count(label, 1);
    return old;
  }

  private void count(Label label, int by) {
    if (label != null) {
      switch (label.verdict()) {
        case POSITIVE -> positive += by;
        case NEGATIVE -> negative += by;
        case SKIPPED -> skipped += by;
        case CLEARED -> throw new IllegalStateException("a cleared label does not stand");
      }
    }
  }

  private static boolean teaches(Label label) {
    return label != null && label.verdict() != Verdict.SKIPPED;
  }

  /** Of the last entry; 0 for an empty log. */
  long revision() {
    return entries.size();
  }

  /** All entries applied so far. */
  List<LogEntry> entries() {
    return Collections.unmodifiableList(entries);
  }

  /** The verdicts that stand, by image id. */
  SequencedMap<String, Label> labels() {
    return Collections.unmodifiableSequencedMap(labels);
  }

  /** Labelled and skipped images: what must not be shown again. */
  Set<String> seen() {
    return new LinkedHashSet<>(labels.keySet());
  }

  /** What the classifier has learnt from. */
  Learned learned() {
    return learned;
  }

  /** The rounds that count, newest first: what each has learnt from. */
  List<Learned> rounds() {
    List<Learned> rounds = new ArrayList<>();
    Learned after = learned;
    for (Call call : live) {
      if (call.entry().round()) {
        rounds.add(after);
      }
      after = call.learnedBefore();
    }
    return rounds;
  }

  /** Whether a verdict has changed since the last round. */
  boolean unlearnt() {
    return unlearnt;
  }

  boolean canUndo() {
    return !live.isEmpty();
  }

  boolean canRedo() {
    return !undone.isEmpty();
  }

  int positive() {
    return positive;
  }

  int negative() {
    return negative;
  }

  /** The labels that teach, sorted by image id. */
  Examples examples() {
    List<Label> teaching = labels.values().stream().filter(Replay::teaches).toList();
    float[][] vectors = new float[teaching.size()][];
    boolean[] verdicts = new boolean[teaching.size()];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = teaching.get(i).vector();
      verdicts[i] = teaching.get(i).verdict() == Verdict.POSITIVE;
    }
    return new Examples(vectors, verdicts);
  }

  /** The summary that is kept beside the log. */
  Tally tally(Instant at) {
    return new Tally(revision(), positive, negative, skipped, canUndo(), canRedo(), at);
  }

  /** A call that would follow now: only the marks that change something are kept. */
  List<Mark> effective(List<Mark> marks) {
    return marks.stream()
        .filter(
            mark -> {
              Label standing = labels.get(mark.imageId());
              return switch (mark.verdict()) {
                case CLEARED -> standing != null;
                // An image that has a verdict keeps it: skipping is what happens to the others.
                case SKIPPED -> standing == null;
                default -> standing == null || standing.verdict() != mark.verdict();
              };
            })
        .toList();
  }

  /** Whether a call may be followed by a round: something has changed, or the marks change it. */
  boolean wouldLearn(List<Mark> effective) {
    return unlearnt
        || effective.stream()
            .anyMatch(
                mark ->
                    mark.verdict() == Verdict.POSITIVE
                        || mark.verdict() == Verdict.NEGATIVE
                        || teaches(labels.get(mark.imageId())));
  }
}
