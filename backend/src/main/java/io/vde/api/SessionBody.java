package io.vde.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vde.store.Session;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One concept being taught. */
@Schema(name = "Session")
public record SessionBody(
    @Schema(required = true, description = "ULID") String id,
    @Schema(required = true) String name,
    @Schema(required = true) String dataset,
    @Schema(
            required = true,
            type = SchemaType.ARRAY,
            implementation = TermBody.class,
            description = "The query as it was given; an image's bytes are left out")
        JsonNode query,
    @Schema(required = true, examples = "sgd") String method,
    @Schema(
            required = true,
            nullable = true,
            type = SchemaType.OBJECT,
            implementation = Object.class,
            description = "The part of the dataset it teaches on")
        JsonNode filter,
    @Schema(required = true, description = "Grows with each entry of the log") long revision,
    @Schema(required = true) Counts counts,
    @Schema(required = true) boolean canUndo,
    @Schema(required = true) boolean canRedo,
    @Schema(required = true) String model,
    @Schema(required = true) Instant createdAt,
    @Schema(required = true) Instant updatedAt) {

  /** How many images have which verdict. */
  public record Counts(
      @Schema(required = true) int positive,
      @Schema(required = true) int negative,
      @Schema(required = true) int skipped) {}

  static SessionBody of(Session session) {
    Session.Tally tally = session.tally();
    return new SessionBody(
        session.id(),
        session.name(),
        session.dataset(),
        Json.read(session.query()),
        session.method(),
        session.filter() == null ? null : Json.read(session.filter()),
        tally.revision(),
        new Counts(tally.positive(), tally.negative(), tally.skipped()),
        tally.canUndo(),
        tally.canRedo(),
        session.model(),
        session.createdAt(),
        tally.updatedAt());
  }
}
