package io.vde.api;

import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** An image in a request: exactly one of its three forms. */
@Schema(description = "An image: a url, base64 bytes, or dataset and id")
public record ImageSource(
    @Schema(description = "http or https", examples = "https://example.com/cat.jpg") String url,
    @Schema(description = "The bytes of an image file", type = SchemaType.STRING, format = "byte")
        byte[] base64,
    @Schema(description = "Name of a dataset, with id", examples = "demo") String dataset,
    @Schema(description = "Id of an image of the dataset", examples = "noto-2764-fe0f")
        String id) {}
