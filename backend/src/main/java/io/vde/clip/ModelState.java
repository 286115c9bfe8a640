package io.vde.clip;

import io.vde.hub.DownloadProgress;

/**
 * How far the model is.
 *
 * @param phase loading, ready or failed
 * @param reason a sentence about what it does or why it failed; empty when ready
 * @param progress of loading, 0 to 1
 * @param download how far its download is; null unless it is being downloaded
 */
public record ModelState(Phase phase, String reason, double progress, DownloadProgress download) {
  /** A download takes nearly all of the time there is. */
  private static final double DOWNLOAD_SHARE = .8;

  /** The phases of a model; the last two are final. */
  public enum Phase {
    LOADING,
    READY,
    FAILED
  }

  static ModelState loading(String what, double progress) {
    return new ModelState(Phase.LOADING, what, progress, null);
  }

  static ModelState downloading(DownloadProgress download) {
    double done = download.bytes() / 1e6;
    double total = download.total() / 1e6;
    boolean known = download.total() > 0;
    return new ModelState(
        Phase.LOADING,
        "The model %s is being downloaded: %s."
            .formatted(
                download.repository(),
                known ? "%.0f of %.0f MB".formatted(done, total) : "%.0f MB".formatted(done)),
        known ? DOWNLOAD_SHARE * download.bytes() / download.total() : 0,
        download);
  }

  static ModelState ready() {
    return new ModelState(Phase.READY, "", 1, null);
  }

  static ModelState failed(String reason) {
    return new ModelState(Phase.FAILED, reason, 0, null);
  }

  /** Whether texts and images can be embedded. */
  public boolean isReady() {
    return phase == Phase.READY;
  }
}
