package io.vde.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An error as RFC 9457 describes it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(description = "An error (RFC 9457, application/problem+json)")
public record Problem(
    @Schema(
            required = true,
            description = "Stable name of the kind of error",
            examples = "urn:vde:not-found")
        String type,
    @Schema(required = true, examples = "Not found") String title,
    @Schema(required = true, description = "HTTP status", examples = "404") int status,
    @Schema(required = true, description = "What went wrong, for a person to read") String detail,
    @Schema(description = "Path of the request") String instance,
    @Schema(description = "The parts of the request that are at fault") List<FieldError> errors,
    @Schema(description = "For a stale baseRevision: the session as it is now")
        SessionBody session) {

  /** A part of the request that is at fault. */
  public record FieldError(
      @Schema(required = true, examples = "query[0].vector") String field,
      @Schema(required = true, examples = "has 3 numbers; the vectors of 'demo' have 512")
          String reason) {}
}
