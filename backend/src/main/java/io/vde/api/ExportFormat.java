package io.vde.api;

import io.vde.learn.SessionReader.Receiver;
import io.vde.store.LogEntry.Verdict;
import io.vde.store.SearchResult.Hit;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** How an export is written. */
enum ExportFormat {
  /** RFC 4180, with a header: id, score, label, url, metadata (as JSON). */
  CSV("text/csv; charset=utf-8", ".csv") {
    @Override
    String header() {
      return "id,score,label,url,metadata\r\n";
    }

    @Override
    String line(Hit hit, String label) {
      return String.join(
              ",",
              quoted(hit.image().id()),
              Double.toString(1 - hit.distance()),
              label == null ? "" : label,
              hit.image().url() == null ? "" : quoted(hit.image().url()),
              quoted(Json.write(hit.image().metadata())))
          + "\r\n";
    }
  },

  /** One JSON object a line. */
  JSONL("application/x-ndjson", ".jsonl") {
    @Override
    String header() {
      return "";
    }

    @Override
    String line(Hit hit, String label) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("id", hit.image().id());
      fields.put("score", 1 - hit.distance());
      fields.put("label", label);
      fields.put("url", hit.image().url());
      fields.put("metadata", hit.image().metadata());
      return Json.write(fields) + "\n";
    }
  };

  /**
   * What a spreadsheet takes for a formula. One that has nothing but a URL-safe name's letters,
   * digits and dashes can call nothing, and as an id it must be found again by who joins by it.
   */
  private static final Pattern FORMULA =
      Pattern.compile("[=+@\\t\\r].*|-.*[^A-Za-z0-9_-].*", Pattern.DOTALL);

  final String mediaType;
  final String suffix;

  ExportFormat(String mediaType, String suffix) {
    this.mediaType = mediaType;
    this.suffix = suffix;
  }

  abstract String header();

  abstract String line(Hit hit, String label);

  /** Writes the images that the source hands over, as they come. */
  void write(OutputStream out, Consumer<Receiver> source) throws IOException {
    Writer writer =
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    writer.write(header());
    try {
      source.accept((hit, verdict) -> append(writer, line(hit, name(verdict))));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    writer.flush();
  }

  private static void append(Writer writer, String line) {
    try {
      writer.write(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Verdict verdict) {
    HitBody.LabelValue label = HitBody.label(verdict);
    return label == null ? null : label.name();
  }

  /** A field in quotes; one that a spreadsheet would run as a formula is made a text. */
  private static String quoted(String value) {
    String safe = FORMULA.matcher(value).matches() ? "'" + value : value;
    return '"' + safe.replace("\"", "\"\"") + '"';
  }
}
