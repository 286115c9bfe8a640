package io.vde.api;

import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How the API's document describes a query; it is read as a list of one or more. */
@Schema(
    name = "Query",
    description = "One term, or 1 to 16",
    oneOf = {TermBody.class, TermBody[].class})
interface QuerySchema {}
