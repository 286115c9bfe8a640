package io.vde.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.media.Schema;

/** Takes the type away that the generator gives to a choice of schemas: a list is no object. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class OneOfSchemas implements OASFilter {
  @Override
  public Schema filterSchema(Schema schema) {
    boolean choice = schema.getOneOf() != null && !schema.getOneOf().isEmpty();
    if (choice || schema.getRef() != null) {
      schema.setType(null);
    }
    return schema;
  }
}
