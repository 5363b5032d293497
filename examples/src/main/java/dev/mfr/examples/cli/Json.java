package dev.mfr.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import dev.mfr.RankedIdentity;
import dev.mfr.geometry.Box;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** The parts that several JSON lines share. Numbers are written without an exponent. */
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Json() {}

  static ObjectNode object() {
    return NODES.objectNode();
  }

  static ArrayNode array() {
    return NODES.arrayNode();
  }

  static String text(ObjectNode object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of values is always writable", e);
    }
  }

  /** Pixels, with three decimals. */
  static ValueNode pixels(double value) {
    return rounded(value, 3);
  }

  /** A share, score or probability, with six decimals; null for NaN. */
  static ValueNode share(double value) {
    return rounded(value, 6);
  }

  private static ValueNode rounded(double value, int decimals) {
    return Double.isFinite(value)
        ? DecimalNode.valueOf(
            BigDecimal.valueOf(value)
                .setScale(decimals, RoundingMode.HALF_EVEN)
                .stripTrailingZeros())
        : NODES.nullNode();
  }

  static ArrayNode box(Box box) {
    return array()
        .add(pixels(box.x()))
        .add(pixels(box.y()))
        .add(pixels(box.width()))
        .add(pixels(box.height()));
  }

  static ArrayNode ranking(List<RankedIdentity> ranking) {
    ArrayNode array = array();
    for (RankedIdentity candidate : ranking) {
      array
          .addObject()
          .put("identity", candidate.identity())
          .set("probability", share(candidate.probability()));
    }
    return array;
  }

  /** The line of a picture that could not be read. */
  static ObjectNode error(String image, String message) {
    return object().put("image", image).put("error", message);
  }
}
