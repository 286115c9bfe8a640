package io.vde.api;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks again and again at the threads of the event loop: none may wait in our code, or work there
 * for long. What counts is what a thread does and the time it was given, not the time that passes:
 * on a busy machine a thread may stand anywhere for seconds. Hears Vert.x's own checker too, which
 * looks at the time that passes, two seconds of it, in anybody's code; what it says of a thread
 * that would run if the machine let it does not count.
 */
final class EventLoopWatch implements AutoCloseable {
  private static final String OURS = "io.vde.";
  private static final List<String> THEIRS =
      List.of("io.vertx.", "io.netty.", "io.quarkus.", "org.jboss.resteasy.");

  /** Where an event loop stands when there is nothing to do. */
  private static final List<String> IDLE = List.of("sun.nio.ch.", "io.netty.channel.");

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long MOST_WORK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final Set<String> blocked = new ConcurrentSkipListSet<>();

  /** Time that a thread had been given when it was first seen in our code, and is there since. */
  private final Map<Long, Long> since = new ConcurrentHashMap<>();

  /** Time that a thread had been given when it was last seen waiting for something to do. */
  private final Map<Long, Long> idle = new ConcurrentHashMap<>();

  private final Thread watcher = Thread.ofPlatform().daemon().name("watch").unstarted(this::watch);
  private final Logger checker = Logger.getLogger("io.vertx.core.impl.BlockedThreadChecker");
  private final Set<String> reported = new ConcurrentSkipListSet<>();
  private final Handler listener =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          hear(String.valueOf(line.getMessage()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private volatile boolean closed;

  EventLoopWatch() {
    checker.addHandler(listener);
    watcher.start();
  }

  private void watch() {
    while (!closed) {
      Thread.getAllStackTraces().forEach(this::look);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void hear(String line) {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (isLoop(thread) && line.matches("(?s).*\\b" + Pattern.quote(thread.getName()) + "\\b.*")) {
        long now = threads.getThreadCpuTime(thread.threadId());
        boolean worked = now - idle.getOrDefault(thread.threadId(), 0L) > MOST_WORK_NANOS;
        if (worked || thread.getState() != Thread.State.RUNNABLE) {
          reported.add(line);
        }
      }
    }
  }

  private static boolean isLoop(Thread thread) {
    return thread.getName().startsWith("vert.x-eventloop-thread");
  }

  private void look(Thread thread, StackTraceElement[] stack) {
    if (!isLoop(thread)) {
      return;
    }
    if (stack.length > 0 && IDLE.stream().anyMatch(stack[0].getClassName()::startsWith)) {
      idle.put(thread.threadId(), threads.getThreadCpuTime(thread.threadId()));
    }
    Optional<String> ours = ours(stack);
    if (ours.isEmpty()) {
      since.remove(thread.threadId());
      return;
    }
    String place = stack[0] + " in " + ours.get();
    Thread.State state = thread.getState();
    long work = threads.getThreadCpuTime(thread.threadId());
    Long before = since.putIfAbsent(thread.threadId(), work);
    // The state is read after the stack: only what is seen twice is one moment's.
    if (before != null && state != Thread.State.RUNNABLE) {
      blocked.add("waits: " + place);
    } else if (before != null && work - before > MOST_WORK_NANOS) {
      blocked.add("works: " + place);
    }
  }

  /**
   * Our method, when the thread is in it or in what it calls. Below each request there is one of
   * ours that passes it on to the framework, which may wait for a connection's lock: that is the
   * framework's.
   */
  private static Optional<String> ours(StackTraceElement[] stack) {
    return Stream.of(stack)
        .map(StackTraceElement::getClassName)
        .filter(name -> THEIRS.stream().anyMatch(name::startsWith) || name.startsWith(OURS))
        .findFirst()
        .filter(name -> name.startsWith(OURS));
  }

  /** Where the event loop was found waiting or working. */
  Set<String> blocked() {
    return Collections.unmodifiableSet(blocked);
  }

  /** What Vert.x's checker has said meanwhile. */
  Set<String> reported() {
    return Collections.unmodifiableSet(reported);
  }

  @Override
  public void close() {
    closed = true;
    checker.removeHandler(listener);
  }
}
