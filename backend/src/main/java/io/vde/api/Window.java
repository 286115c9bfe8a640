package io.vde.api;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jboss.resteasy.reactive.RestQuery;

/** Which part of a list a call asks for; as text, see {@link Params}. */
@RegisterForReflection // its names are asked for, see UnknownParameters
public record Window(
    @Parameter(schema = @Schema(type = SchemaType.INTEGER, defaultValue = "0")) @RestQuery
        String offset,
    @Parameter(schema = @Schema(type = SchemaType.INTEGER, defaultValue = "24")) @RestQuery
        String limit) {
  /** How many of the list come before it. */
  int from() {
    return Params.offset(offset);
  }

  /** How many it has at most. */
  int size() {
    return Params.limit(limit, Params.DEFAULT_LIMIT);
  }
}
