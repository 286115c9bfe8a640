package io.vde.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.vde.clip.EmbeddingException;
import io.vde.clip.ModelFaultException;
import io.vde.clip.ModelMismatchException;
import io.vde.clip.ModelNotReadyException;
import io.vde.clip.ModelState;
import io.vde.ingest.BadDatasetException;
import io.vde.ingest.DatasetInUseException;
import io.vde.learn.LearningNotReadyException;
import io.vde.learn.NothingToUndoException;
import io.vde.learn.StaleRevisionException;
import io.vde.media.DiskFullException;
import io.vde.media.FetchFailedException;
import io.vde.media.ImageTooLargeException;
import io.vde.media.OriginalNotFoundException;
import io.vde.media.UndecodableImageException;
import io.vde.media.UnsupportedImageException;
import io.vde.search.BadQueryException;
import io.vde.search.NoSuchImageException;
import io.vde.store.DatasetExistsException;
import io.vde.store.DatasetNotFoundException;
import io.vde.store.DatasetReadOnlyException;
import io.vde.store.RevisionConflictException;
import io.vde.store.SessionNotFoundException;
import io.vde.store.StorageFullException;
import io.vde.store.StoreUnavailableException;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Request;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one table from faults to problem+json. */
final class Problems {
  static final String MEDIA_TYPE = "application/problem+json";

  private static final Logger LOG = Logger.getLogger(Problems.class);
  private static final int RETRY_AFTER_SECONDS = 2;

  private final SpaPage page;

  Problems(SpaPage page) {
    this.page = page;
  }

  @ServerExceptionMapper
  Response map(Throwable fault, UriInfo uri) {
    return response(of(fault, uri.getRequestUri().getRawPath()), fault);
  }

  // WebApplicationException has a mapper of the framework's, which a mapper of Throwable would
  // not override.
  @ServerExceptionMapper
  Response map(WebApplicationException fault, UriInfo uri) {
    return fault.getResponse().getStatus() < 400
        ? fault.getResponse()
        : response(of(fault, uri.getRequestUri().getRawPath()), fault);
  }

  // Likewise for JSON of the wrong shape.
  @ServerExceptionMapper
  Response map(MismatchedInputException fault, UriInfo uri) {
    return response(of(fault, uri.getRequestUri().getRawPath()), fault);
  }

  @ServerExceptionMapper
  Response map(NotFoundException fault, UriInfo uri, HttpHeaders headers, Request request) {
    String accept = headers.getHeaderString(HttpHeaders.ACCEPT);
    if (page.isMeant(request.getMethod(), uri.getPath(), accept)) {
      return Response.ok(page.html(), MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
          .header(HttpHeaders.CACHE_CONTROL, "no-cache")
          .build();
    }
    return response(of(fault, uri.getRequestUri().getRawPath()), fault);
  }

  static Response response(Problem problem, Throwable fault) {
    Response.ResponseBuilder response =
        Response.status(problem.status()).type(MEDIA_TYPE).entity(Json.write(problem));
    // A model that failed stays so until the next start.
    if (problem.status() == 503 && !problem.type().equals(ProblemType.MODEL_FAILED.urn)) {
      response.header("Retry-After", RETRY_AFTER_SECONDS);
    }
    if (fault instanceof WebApplicationException web && web.getResponse().getStatus() == 405) {
      String allow = web.getResponse().getHeaderString("Allow");
      if (allow != null) {
        response.header("Allow", allow);
      }
    }
    return response.build();
  }

  /** The problem of a bare status, for what is refused before a resource is reached. */
  static Problem plain(ProblemType type, String detail, String path) {
    return new Problem(type.urn, type.title, type.status, detail, path, null, null);
  }

  /** The problem that a fault is to its caller. */
  static Problem of(Throwable fault, String path) {
    return switch (fault) {
      case BadDatasetException e -> field(ProblemType.MALFORMED, e.field(), e.getMessage(), path);
      case BodyRefusedException e -> plain(e.type(), e.getMessage(), path);
      case BadQueryException e -> field(ProblemType.MALFORMED, e.field(), e.getMessage(), path);
      // Its thread was interrupted: nobody waits for the answer any more.
      case CancellationException e -> plain(ProblemType.UNAVAILABLE, "The call was given up", path);
      case CompletionException e when e.getCause() != null -> of(e.getCause(), path);
      case DatasetExistsException e -> plain(ProblemType.CONFLICT, e.getMessage(), path);
      case DatasetInUseException e -> plain(ProblemType.CONFLICT, e.getMessage(), path);
      case DatasetNotFoundException e -> plain(ProblemType.NOT_FOUND, e.getMessage(), path);
      case DatasetReadOnlyException e -> plain(ProblemType.CONFLICT, e.getMessage(), path);
      case DiskFullException e -> plain(ProblemType.STORAGE_FULL, e.getMessage(), path);
      case EmbeddingException e -> plain(ProblemType.MALFORMED, e.getMessage(), path);
      case FetchFailedException e -> plain(ProblemType.MALFORMED, e.getMessage(), path);
      case ImageTooLargeException e -> plain(ProblemType.TOO_LARGE, e.getMessage(), path);
      // An upload on its way meets the full disk before any room of ours does.
      case IOException e when DiskFullException.isMeantBy(e) ->
          plain(ProblemType.STORAGE_FULL, "There is no room left on the disk", path);
      case IOException e when cutOff(e) ->
          plain(ProblemType.MALFORMED, "The request ended before its body did", path);
      case LearningNotReadyException e -> plain(ProblemType.UNAVAILABLE, e.getMessage(), path);
      case ModelFaultException e -> plain(ProblemType.INTERNAL, e.getMessage(), path);
      case ModelMismatchException e -> plain(ProblemType.MODEL_MISMATCH, e.getMessage(), path);
      case ModelNotReadyException e ->
          plain(
              e.state().phase() == ModelState.Phase.FAILED
                  ? ProblemType.MODEL_FAILED
                  : ProblemType.UNAVAILABLE,
              e.getMessage(),
              path);
      case NoSuchImageException e -> plain(ProblemType.NOT_FOUND, e.getMessage(), path);
      case NothingToUndoException e -> plain(ProblemType.NOTHING_TO_UNDO, e.getMessage(), path);
      case OriginalNotFoundException e -> plain(ProblemType.NOT_FOUND, e.getMessage(), path);
      case ProblemException e -> e.problem(path);
      case RejectedExecutionException e ->
          plain(ProblemType.UNAVAILABLE, "The service is busy; try again in a moment", path);
      case RevisionConflictException e -> plain(ProblemType.CONFLICT, e.getMessage(), path);
      case SessionNotFoundException e -> plain(ProblemType.NOT_FOUND, e.getMessage(), path);
      case StaleRevisionException e -> stale(e, path);
      case StorageFullException e -> plain(ProblemType.STORAGE_FULL, e.getMessage(), path);
      case StoreUnavailableException e -> plain(ProblemType.UNAVAILABLE, e.getMessage(), path);
      case UncheckedIOException e -> of(e.getCause(), path);
      case UndecodableImageException e -> plain(ProblemType.MALFORMED, e.getMessage(), path);
      case UnsupportedImageException e ->
          plain(ProblemType.UNSUPPORTED_MEDIA, e.getMessage(), path);
      case WebApplicationException e -> web(e, path);
      case JsonProcessingException e -> json(e, path);
      default -> {
        LOG.errorf(fault, "A request for %s failed", path);
        yield plain(ProblemType.INTERNAL, "Something went wrong; the log has more", path);
      }
    };
  }

  /** Nobody hears the answer, but it is no fault of ours that the log should tell of. */
  private static boolean cutOff(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof HttpClosedException
          || cause instanceof StreamResetException
          || cause instanceof ClosedChannelException
          || cause instanceof InterruptedIOException) {
        return true;
      }
    }
    return false;
  }

  private static Problem field(ProblemType type, String field, String reason, String path) {
    return new Problem(
        type.urn,
        type.title,
        type.status,
        field + " " + reason,
        path,
        List.of(new Problem.FieldError(field, reason)),
        null);
  }

  private static Problem stale(StaleRevisionException e, String path) {
    ProblemType type = ProblemType.STALE_REVISION;
    return new Problem(
        type.urn, type.title, type.status, e.getMessage(), path, null, SessionBody.of(e.session()));
  }

  private static Problem web(WebApplicationException e, String path) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof JsonProcessingException json) {
        return json(json, path);
      }
    }
    int status = e.getResponse().getStatus();
    return switch (status) {
      case 404 -> plain(ProblemType.NOT_FOUND, "There is nothing at this address", path);
      case 405 -> plain(ProblemType.METHOD_NOT_ALLOWED, "This address has no such method", path);
      case 406 ->
          plain(
              ProblemType.NOT_ACCEPTABLE,
              "This address has no answer of the type that Accept names",
              path);
      case 413 -> plain(ProblemType.TOO_LARGE, "The request is too large", path);
      case 415 ->
          plain(
              ProblemType.UNSUPPORTED_MEDIA,
              "This address does not read the request's Content-Type",
              path);
      default -> {
        ProblemType type = ProblemType.of(status);
        if (type == ProblemType.INTERNAL) {
          LOG.errorf(e, "A request for %s failed", path);
        }
        yield plain(type, type.title, path);
      }
    };
  }

  private static Problem json(JsonProcessingException e, String path) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof BodyRefusedException refused) {
        // Met while a list was read, whose reader takes every fault for one of its items.
        return of(refused, path);
      }
    }
    if (e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      String field =
          mapping.getPath().stream()
              .map(
                  r -> r.getFieldName() != null ? "." + r.getFieldName() : "[" + r.getIndex() + "]")
              .collect(Collectors.joining())
              .replaceFirst("^\\.", "");
      if (e instanceof UnrecognizedPropertyException) {
        return field(ProblemType.MALFORMED, field, "is not known here", path);
      }
      // A number that is too large for its field is the field's fault, a comma the body's.
      if (!(e.getCause() instanceof JsonProcessingException)
          || e.getCause() instanceof InputCoercionException) {
        return field(ProblemType.MALFORMED, field, "has a value of the wrong kind", path);
      }
    }
    if (e instanceof StreamConstraintsException) {
      return plain(ProblemType.MALFORMED, "The JSON is nested too deep or too large", path);
    }
    if (e instanceof StreamReadException && e.getLocation() != null) {
      return plain(
          ProblemType.MALFORMED,
          "The body is not JSON: line %d, column %d"
              .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()),
          path);
    }
    return plain(ProblemType.MALFORMED, "The body is not the JSON that is read here", path);
  }
}
