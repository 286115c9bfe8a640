package io.vde.clip;

import io.vde.hub.DownloadProgress;
import java.util.function.Consumer;

/**
 * Adds up the downloads that a model needs one after another (itself, and a text model), so that
 * what is told of them never runs backwards.
 */
final class DownloadSum {
  private final Consumer<ModelState> listener;
  private long bytesBefore;
  private long totalBefore;
  private double furthest;

  DownloadSum(Consumer<ModelState> listener) {
    this.listener = listener;
  }

  /** For the next of them. */
  Consumer<DownloadProgress> next() {
    return new Consumer<>() {
      private final long bytes = bytesBefore;
      private final long total = totalBefore;

      @Override
      public void accept(DownloadProgress part) {
        boolean known = part.total() > 0 && (total > 0 || bytes == 0);
        bytesBefore = bytes + part.bytes();
        totalBefore = known ? total + part.total() : 0;
        ModelState state =
            ModelState.downloading(
                new DownloadProgress(part.repository(), bytesBefore, totalBefore));
        furthest = Math.max(furthest, state.progress());
        listener.accept(new ModelState(state.phase(), state.reason(), furthest, state.download()));
      }
    };
  }
}
