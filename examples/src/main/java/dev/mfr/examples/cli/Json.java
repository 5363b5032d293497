package dev.mfr.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import com.google.common.base.CaseFormat;
import dev.mfr.RankedIdentity;
import dev.mfr.face.MaskReading;
import dev.mfr.geometry.Box;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.QualityIssue;
import dev.mfr.quality.QualityVerdict;
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

  /** Whether a face wears a mask. */
  static ObjectNode mask(MaskReading reading) {
    ObjectNode node = object().put("state", camelCase(reading.state()));
    node.set("probability", share(reading.probability()));
    return node;
  }

  /** What was measured of a face's picture. */
  static ObjectNode quality(FaceQuality quality) {
    ObjectNode node = object();
    node.set("eyeDistance", pixels(quality.eyeDistance()));
    node.set("sharpness", share(quality.sharpness()));
    node.set("brightness", share(quality.brightness()));
    node.set("clipped", share(quality.clipped()));
    node.set("margin", share(quality.margin()));
    node.set("presence", share(quality.presence()));
    quality
        .pose()
        .ifPresentOrElse(
            pose -> {
              ObjectNode angles = node.putObject("pose");
              angles.set("yaw", pixels(pose.yaw()));
              angles.set("pitch", pixels(pose.pitch()));
              angles.set("roll", pixels(pose.roll()));
            },
            () -> node.putNull("pose"));
    return node;
  }

  /** What a gate found wrong. */
  static ArrayNode issues(QualityVerdict verdict) {
    ArrayNode array = array();
    for (QualityIssue issue : verdict.issues()) {
      ObjectNode node = array.addObject().put("kind", camelCase(issue.kind()));
      node.set("value", share(issue.value()));
      node.set("limit", share(issue.limit()));
      node.put("advice", issue.kind().advice());
    }
    return array;
  }

  /** Such as "notSure" of NOT_SURE. */
  static String camelCase(Enum<?> constant) {
    return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_CAMEL, constant.name());
  }

  /** The other way round. */
  static <E extends Enum<E>> E constant(Class<E> type, String text) {
    return Enum.valueOf(type, CaseFormat.LOWER_CAMEL.to(CaseFormat.UPPER_UNDERSCORE, text));
  }

  static JsonNode parse(String line) throws JsonProcessingException {
    return MAPPER.readTree(line);
  }

  /** The line of a picture that could not be read. */
  static ObjectNode error(String image, String message) {
    return object().put("image", image).put("error", message);
  }
}
