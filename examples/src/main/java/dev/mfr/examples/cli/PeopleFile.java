package dev.mfr.examples.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mfr.MfrException;
import dev.mfr.face.Embedding;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.Person;
import dev.mfr.gallery.Template;
import dev.mfr.gallery.TemplateOrigin;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.HeadPose;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * People of a gallery as a file: a person a line, as JSON, with everything that the gallery has of
 * the person. An embedding is the base64 of its numbers as little-endian floats.
 */
final class PeopleFile {
  private static final String FORMAT = "mfr-person";
  private static final int VERSION = 1;

  private PeopleFile() {}

  static void write(Stream<Person> people, Path file) {
    PrivateFile.write("the export", people.map(person -> Json.text(line(person))), file);
  }

  /**
   * Reads everybody of a file.
   *
   * @throws MfrException when the file cannot be read, or a line is not as it must be; the message
   *     names it by number
   */
  static List<Person> read(Path file) {
    List<Person> people = new ArrayList<>();
    int number = 0;
    try (BufferedReader in = Files.newBufferedReader(file)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        number++;
        if (!line.isBlank()) {
          people.add(person(Json.parse(line)));
        }
      }
    } catch (JsonProcessingException e) {
      throw malformed(file, number, "it is no JSON", e);
    } catch (CharacterCodingException e) {
      throw malformed(file, number + 1, "it is no text in UTF-8", e);
    } catch (IOException e) {
      throw new MfrException(
          Files.isDirectory(file)
              ? file + " is a folder; name the file that 'mfr gallery export' wrote"
              : file + " cannot be read: " + Sentences.reason(e),
          e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw malformed(file, number, String.valueOf(e.getMessage()), e);
    }
    return people;
  }

  private static MfrException malformed(Path file, int number, String why, Exception cause) {
    return new MfrException(
        "line "
            + number
            + " of "
            + file
            + " is no person as 'mfr gallery export' writes one: "
            + why
            + "; nothing was imported",
        cause);
  }

  private static ObjectNode line(Person person) {
    ObjectNode line =
        Json.object()
            .put("format", FORMAT)
            .put("version", VERSION)
            .put("id", person.id())
            .put("name", person.name());
    ArrayNode tags = line.putArray("tags");
    person.tags().stream().sorted().forEach(tags::add);
    ArrayNode templates = line.putArray("templates");
    person.templates().forEach(template -> templates.add(node(template)));
    return line;
  }

  private static ObjectNode node(Template template) {
    ObjectNode node =
        Json.object()
            .put("id", template.id())
            .put("embedder", template.model().embedderId())
            .put("views", template.model().viewRecipe())
            .put("origin", Json.camelCase(template.origin()))
            .put("mask", Json.camelCase(template.mask().state()))
            .put("maskProbability", template.mask().probability())
            .put("created", template.created().toString());
    template
        .quality()
        .ifPresentOrElse(q -> put(node.putObject("quality"), q), () -> node.putNull("quality"));
    float[] numbers = template.embedding().toArray();
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers);
    return node.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
  }

  private static void put(ObjectNode node, FaceQuality q) {
    put(node, "eyeDistance", q.eyeDistance());
    put(node, "sharpness", q.sharpness());
    put(node, "brightness", q.brightness());
    put(node, "clipped", q.clipped());
    put(node, "margin", q.margin());
    put(node, "presence", q.presence());
    q.pose()
        .ifPresentOrElse(
            pose -> {
              ObjectNode angles = node.putObject("pose");
              put(angles, "yaw", pose.yaw());
              put(angles, "pitch", pose.pitch());
              put(angles, "roll", pose.roll());
            },
            () -> node.putNull("pose"));
  }

  /** JSON has no NaN. */
  private static void put(ObjectNode node, String key, double value) {
    if (Double.isFinite(value)) {
      node.put(key, value);
    } else {
      node.putNull(key);
    }
  }

  private static Person person(JsonNode line) {
    if (!text(line, "format").equals(FORMAT)) {
      throw new IllegalArgumentException("it is of another format");
    }
    if (line.path("version").asInt() != VERSION) {
      throw new IllegalArgumentException(
          "it is of version "
              + line.path("version").asText()
              + ", and this mfr reads version "
              + VERSION);
    }
    Set<String> tags = new HashSet<>();
    array(line, "tags").forEach(tag -> tags.add(tag.asText()));
    List<Template> templates = new ArrayList<>();
    array(line, "templates").forEach(node -> templates.add(template(node)));
    String name = text(line, "name");
    Gallery.checkName(name);
    return new Person(text(line, "id"), name, tags, templates);
  }

  private static Template template(JsonNode node) {
    byte[] bytes = Base64.getDecoder().decode(text(node, "embedding"));
    if (bytes.length == 0 || bytes.length % 4 != 0) {
      throw new IllegalArgumentException("an embedding is not whole");
    }
    float[] numbers = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
    JsonNode quality = node.path("quality");
    return new Template(
        text(node, "id"),
        new GalleryModel(text(node, "embedder"), text(node, "views"), numbers.length),
        Embedding.of(numbers),
        Json.constant(TemplateOrigin.class, text(node, "origin")),
        new MaskReading(
            Json.constant(MaskState.class, text(node, "mask")), number(node, "maskProbability")),
        quality.isObject() ? Optional.of(quality(quality)) : Optional.empty(),
        Instant.parse(text(node, "created")));
  }

  private static FaceQuality quality(JsonNode node) {
    JsonNode pose = node.path("pose");
    return new FaceQuality(
        number(node, "eyeDistance"),
        number(node, "sharpness"),
        number(node, "brightness"),
        number(node, "clipped"),
        pose.isObject()
            ? Optional.of(
                new HeadPose(number(pose, "yaw"), number(pose, "pitch"), number(pose, "roll")))
            : Optional.empty(),
        number(node, "margin"),
        number(node, "presence"));
  }

  private static String text(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("it lacks the text \"" + key + "\"");
    }
    return value.textValue();
  }

  private static double number(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (value.isNull()) {
      return Double.NaN;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException("it lacks the number \"" + key + "\"");
    }
    return value.doubleValue();
  }

  private static JsonNode array(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.isArray()) {
      throw new IllegalArgumentException("it lacks the list \"" + key + "\"");
    }
    return value;
  }
}
