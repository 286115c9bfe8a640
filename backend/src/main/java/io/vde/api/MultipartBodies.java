package io.vde.api;

import io.quarkus.runtime.StartupEvent;
import io.vde.media.ByteBudget;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.common.headers.HeaderUtil;
import org.jboss.resteasy.reactive.common.util.CaseInsensitiveMap;
import org.jboss.resteasy.reactive.server.core.multipart.MultipartParser;

/**
 * Takes multipart bodies apart as they come: files go to the disk, each up to the limit, and the
 * few fields there are go to the heap on the budget of all bodies. The framework's own reading
 * would keep any number of parts of any name, with headers of any length, on the heap.
 */
@Singleton
final class MultipartBodies {
  private static final Logger LOG = Logger.getLogger(MultipartBodies.class);
  private static final int MAX_FIELD_BYTES = 32 << 20;
  private static final int CHUNK = 8 << 10;

  /** Bytes between two parts, headers included. */
  private static final int MAX_BETWEEN = 64 << 10;

  private final Path folder;
  private final ByteBudget budget;

  MultipartBodies(@ConfigProperty(name = "vde.data-dir") Path dataDir, ByteBudget budget) {
    folder = dataDir.resolve("uploads");
    this.budget = budget;
  }

  /** Removes what a process that was killed has left; nothing is served before this returns. */
  void sweep(@Observes StartupEvent event) {
    try {
      Files.createDirectories(folder);
      try (Stream<Path> left = Files.list(folder)) {
        for (Path file : left.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      LOG.warnf("The folder %s could not be emptied: %s", folder, e.getMessage());
    }
  }

  /**
   * A file of a body.
   *
   * @param name as the sender calls it
   * @param size in bytes; beyond the limit not all of them are in the file
   */
  record FilePart(String name, Path path, long size) {
    boolean isTooLarge() {
      return size > ImagesResource.MAX_FILE_BYTES;
    }
  }

  /** What a body holds; its files are there until it is closed. */
  record Parts(List<FilePart> files, Map<String, String> fields, ByteBudget.Share share)
      implements AutoCloseable {
    @Override
    public void close() {
      share.close();
      for (FilePart file : files) {
        try {
          Files.deleteIfExists(file.path());
        } catch (IOException e) {
          LOG.debugf(e, "The uploaded file %s stays until the next start", file.path());
        }
      }
    }
  }

  /**
   * Reads a body to its end.
   *
   * @param headers say where one part ends
   * @param body as it comes
   * @param maxFiles of the parts named {@code file}
   * @param fields the names of the other parts that are read; any other is malformed
   */
  Parts read(HttpHeaders headers, InputStream body, int maxFiles, Set<String> fields)
      throws IOException {
    Reading reading = new Reading(maxFiles, fields);
    boolean done = false;
    try {
      reading.read(body, boundary(headers.getHeaderString(HttpHeaders.CONTENT_TYPE)));
      done = true;
      return reading.parts;
    } finally {
      reading.closeFile();
      if (!done) {
        reading.parts.close();
        body.close();
      }
    }
  }

  private static byte[] boundary(String type) {
    String boundary;
    try {
      boundary = HeaderUtil.extractQuotedValueFromHeader(type, "boundary");
    } catch (IndexOutOfBoundsException e) {
      // The header ends where the value would begin.
      boundary = null;
    }
    if (boundary == null || boundary.isEmpty()) {
      throw ProblemException.malformed("Content-Type", "has no boundary");
    }
    return boundary.getBytes(StandardCharsets.UTF_8);
  }

  private final class Reading implements MultipartParser.PartHandler {
    private final Parts parts = new Parts(new ArrayList<>(), new HashMap<>(), budget.none());
    private final int maxFiles;
    private final Set<String> fields;
    private int between;
    private String field;
    private ByteArrayOutputStream value;
    private String fileName;
    private Path file;
    private FileChannel out;
    private long size;

    Reading(int maxFiles, Set<String> fields) {
      this.maxFiles = maxFiles;
      this.fields = fields;
    }

    void read(InputStream body, byte[] boundary) throws IOException {
      MultipartParser.ParseState parser =
          MultipartParser.beginParse(this, boundary, StandardCharsets.UTF_8.name());
      byte[] chunk = new byte[CHUNK];
      for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
        between += count;
        try {
          parser.parse(ByteBuffer.wrap(chunk, 0, count));
        } catch (IOException
            | IllegalArgumentException
            | IndexOutOfBoundsException
            | MultipartParser.MalformedMessageException e) {
          throw ProblemException.malformed("body", "is not multipart");
        }
        if (between > MAX_BETWEEN && !parser.isComplete()) {
          throw ProblemException.malformed("body", "has more than 64 KiB between two parts");
        }
      }
      if (!parser.isComplete()) {
        throw ProblemException.malformed("body", "ends before its last part does");
      }
    }

    @Override
    public void beginPart(CaseInsensitiveMap<String> headers) {
      between = 0;
      size = 0;
      String disposition = headers.getFirst(HttpHeaders.CONTENT_DISPOSITION);
      String name =
          disposition == null ? null : HeaderUtil.extractQuotedValueFromHeader(disposition, "name");
      if (name == null) {
        throw ProblemException.malformed("body", "has a part without a name");
      }
      String sent = HeaderUtil.extractQuotedValueFromHeaderWithEncoding(disposition, "filename");
      if (name.equals("file")) {
        if (sent == null) {
          throw ProblemException.malformed(name, "must have a file name");
        }
        if (parts.files().size() == maxFiles) {
          throw ProblemException.malformed(name, "must be there 1 to " + maxFiles + " times");
        }
        begin(sent);
      } else if (!fields.contains(name)) {
        throw ProblemException.malformed(name, "is not a part that is read here");
      } else if (sent != null) {
        throw ProblemException.malformed(name, "must be a part without a file name");
      } else if (parts.fields().containsKey(name)) {
        throw ProblemException.malformed(name, "is there twice");
      } else {
        field = name;
        value = new ByteArrayOutputStream();
      }
    }

    private void begin(String name) {
      try {
        fileName = name;
        file = Files.createTempFile(folder, "upload", null);
        parts.files().add(new FilePart(fileName, file, 0));
        out = FileChannel.open(file, StandardOpenOption.WRITE);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void data(ByteBuffer bytes) {
      between = 0;
      size += bytes.remaining();
      if (out == null) {
        keep(bytes);
      } else if (size <= ImagesResource.MAX_FILE_BYTES) {
        write(bytes);
      }
    }

    private void keep(ByteBuffer bytes) {
      if (size > MAX_FIELD_BYTES) {
        throw new ProblemException(
            ProblemType.TOO_LARGE,
            "The part %s may have at most %d bytes".formatted(field, MAX_FIELD_BYTES));
      }
      if (!parts.share().grow(bytes.remaining())) {
        throw new ProblemException(
            ProblemType.UNAVAILABLE, "Too many large requests at once; try again in a moment");
      }
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      value.writeBytes(copy);
    }

    private void write(ByteBuffer bytes) {
      try {
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void endPart() {
      between = 0;
      if (out == null) {
        parts.fields().put(field, value.toString(StandardCharsets.UTF_8));
        value = null;
      } else {
        closeFile();
        parts.files().removeLast();
        parts.files().add(new FilePart(fileName, file, size));
      }
    }

    void closeFile() {
      try {
        if (out != null) {
          out.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        out = null;
      }
    }
  }
}
