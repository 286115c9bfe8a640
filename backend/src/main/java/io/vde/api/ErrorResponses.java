package io.vde.api;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;

/** Says of each call what all of them answer when something is wrong: a {@link Problem}. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class ErrorResponses implements OASFilter {
  @Override
  public Operation filterOperation(Operation operation) {
    operation
        .getResponses()
        .addAPIResponse(
            "default", OASFactory.createAPIResponse().description("An error").content(problem()));
    for (var response : operation.getResponses().getAPIResponses().entrySet()) {
      boolean error = response.getKey().startsWith("4") || response.getKey().startsWith("5");
      APIResponse described = response.getValue();
      if (error && described.getContent() == null) {
        described.setContent(problem());
      }
    }
    return operation;
  }

  private static Content problem() {
    return OASFactory.createContent()
        .addMediaType(
            Problems.MEDIA_TYPE,
            OASFactory.createMediaType().schema(OASFactory.createSchema().ref("Problem")));
  }
}
