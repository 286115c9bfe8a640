package io.vde.hub;

import io.quarkus.rest.client.reactive.Url;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/**
 * The two requests that the hub's protocol is made of. The addresses are whole ones, for redirects
 * lead anywhere, and the bodies are streams that are read as fast as they are written to the disk.
 */
@Path("")
interface HubClient {
  @HEAD
  Response head(
      @Url URI address,
      @HeaderParam("Authorization") String authorization,
      @HeaderParam("Accept-Encoding") String encoding);

  /**
   * Asks for a body.
   *
   * @param range or null for all of it
   */
  @GET
  Response get(
      @Url URI address,
      @HeaderParam("Authorization") String authorization,
      @HeaderParam("Accept-Encoding") String encoding,
      @HeaderParam("Range") String range);
}
