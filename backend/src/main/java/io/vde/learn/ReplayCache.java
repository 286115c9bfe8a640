package io.vde.learn;

import io.vde.store.Session;
import io.vde.store.SessionNotFoundException;
import io.vde.store.SessionStore;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Keeps the replays of the sessions used last, and one caller at a time on each. A replay that is
 * behind its store, since another node has appended, is made anew from the log.
 */
@Singleton
final class ReplayCache {
  private static final int STRIPES = 256;

  /** Labels held in memory; each has a vector of some kilobytes. */
  private static final int MAX_LABELS = 50_000;

  private final SessionStore sessions;
  private final ReentrantLock[] locks = new ReentrantLock[STRIPES];
  // In the order of use, guarded by itself.
  private final LinkedHashMap<String, Replay> replays = new LinkedHashMap<>(16, 0.75f, true);

  ReplayCache(SessionStore sessions) {
    this.sessions = sessions;
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** The session of that id. */
  Session session(String id) {
    return sessions.find(id).orElseThrow(() -> new SessionNotFoundException(id));
  }

  /** The classifier of a session at a replay's revision. */
  float[] weights(Session session, Replay replay) {
    long round = replay.learned().revision();
    return round == 0 ? session.queryVector() : sessions.weights(session.id(), round);
  }

  /**
   * Runs the work on the session's replay, alone on that session. When the work fails after the
   * replay has moved on, it is forgotten: the store may not have followed.
   */
  <T> T with(Session session, Function<Replay, T> work) {
    String id = session.id();
    ReentrantLock lock = locks[Math.floorMod(id.hashCode(), STRIPES)];
    lock.lock();
    try {
      Replay replay = current(session);
      long before = replay.revision();
      boolean done = false;
      try {
        T result = work.apply(replay);
        done = true;
        return result;
      } finally {
        if (done || replay.revision() == before) {
          keep(id, replay);
        } else {
          forget(id);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private Replay current(Session session) {
    Replay cached;
    synchronized (replays) {
      cached = replays.get(session.id());
    }
    // The session was read before the lock was had: the replay may be ahead of it, never behind.
    return cached != null && cached.revision() >= session.tally().revision()
        ? cached
        : Replay.of(sessions.log(session.id()), Long.MAX_VALUE);
  }

  private void keep(String id, Replay replay) {
    synchronized (replays) {
      replays.put(id, replay);
      int labels = replays.values().stream().mapToInt(r -> r.labels().size()).sum();
      var eldest = replays.entrySet().iterator();
      while (labels > MAX_LABELS && replays.size() > 1) {
        Map.Entry<String, Replay> entry = eldest.next();
        labels -= entry.getValue().labels().size();
        eldest.remove();
      }
    }
  }

  void forget(String id) {
    synchronized (replays) {
      replays.remove(id);
    }
  }
}
