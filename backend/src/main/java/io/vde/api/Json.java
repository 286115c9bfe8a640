package io.vde.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/** How the API reads and writes JSON: strictly in, plainly out. */
final class Json {
  private static final ObjectMapper PLAIN =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  /** Tokens of a body: some times what the largest useful one has. */
  private static final long MAX_VALUES = 500_000;

  private Json() {}

  /** Our own JSON, read back. */
  static JsonNode read(String json) {
    try {
      return PLAIN.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("JSON that this service wrote is broken", e);
    }
  }

  /** The value without its null fields. */
  static String write(Object value) {
    try {
      return PLAIN.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes the mapper of the requests refuse what a caller cannot have meant. */
  @Singleton
  static final class Strict implements ObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
      // What is read grows with the number of its values more than with its bytes.
      mapper
          .getFactory()
          .setStreamReadConstraints(
              mapper
                  .getFactory()
                  .streamReadConstraints()
                  .rebuild()
                  .maxTokenCount(MAX_VALUES)
                  .build());
      mapper.getFactory().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER.mappedFeature());
      mapper
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
      // A number or a truth value is not a text, and a text is neither of them.
      refuse(mapper, LogicalType.Textual, CoercionInputShape.Integer);
      refuse(mapper, LogicalType.Textual, CoercionInputShape.Float);
      refuse(mapper, LogicalType.Textual, CoercionInputShape.Boolean);
      refuse(mapper, LogicalType.Integer, CoercionInputShape.String);
      refuse(mapper, LogicalType.Float, CoercionInputShape.String);
      refuse(mapper, LogicalType.Boolean, CoercionInputShape.String);
      refuse(mapper, LogicalType.Boolean, CoercionInputShape.Integer);
    }

    private static void refuse(ObjectMapper mapper, LogicalType type, CoercionInputShape shape) {
      mapper.coercionConfigFor(type).setCoercion(shape, CoercionAction.Fail);
    }
  }
}
