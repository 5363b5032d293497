package dev.mfr.inference;

import dev.mfr.image.PixelNormalization;
import java.io.IOException;
import java.io.Reader;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * What is known of a model file, kept beside it as {@code NAME.properties}.
 *
 * @param name the model's name, such as {@code "face-mesh-468"}
 * @param role what it does, in a few words
 * @param version counts up when the weights change
 * @param file the model file's name
 * @param sha256 64 lower-case hexadecimal digits of the file's SHA-256
 * @param precision {@code "fp32"} (also where weights are stored as fp16) or {@code "int8"}
 * @param input the input's description for people: name, shape, colour order
 * @param normalization how channel values enter the network
 * @param licence the licence of the weights
 * @param provenance where the weights come from
 * @param similarityThreshold the cosine similarity below which two embeddings count as different
 *     people, or empty
 */
public record ModelManifest(
    String name,
    String role,
    String version,
    String file,
    String sha256,
    String precision,
    String input,
    PixelNormalization normalization,
    String licence,
    String provenance,
    OptionalDouble similarityThreshold) {

  /** The newest manifest format that this version of the library reads. */
  public static final int FORMAT = 1;

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /**
   * {@return the manifest in a properties text}
   *
   * @param in the text; read to its end, not closed
   * @param source what to call it in error messages
   * @throws ModelException when it is of a newer format, lacks a field or holds a wrong value
   * @throws IOException when reading fails
   */
  public static ModelManifest read(Reader in, String source) throws IOException {
    Properties p = new Properties();
    try {
      p.load(in);
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          source, "its manifest is no properties text (" + e.getMessage() + ")", e);
    }
    double format = number(p, "format", source);
    if (format != FORMAT) {
      throw new ModelException(
          source,
          "its manifest has format "
              + p.getProperty("format")
              + " and this version reads format "
              + FORMAT
              + "; use a newer version of the library",
          null);
    }
    String sha = text(p, "sha256", source);
    if (!SHA_256.matcher(sha).matches()) {
      throw new ModelException(
          source, "sha256 in its manifest must be 64 lower-case hex digits, got " + sha, null);
    }
    return new ModelManifest(
        text(p, "name", source),
        text(p, "role", source),
        text(p, "version", source),
        text(p, "file", source),
        sha,
        text(p, "precision", source),
        text(p, "input", source),
        normalization(p, source),
        text(p, "licence", source),
        text(p, "provenance", source),
        similarityThreshold(p, source));
  }

  private static PixelNormalization normalization(Properties p, String source) {
    float scale = (float) number(p, "normalization.scale", source);
    float offset = (float) number(p, "normalization.offset", source);
    try {
      return new PixelNormalization(scale, offset);
    } catch (IllegalArgumentException e) {
      throw new ModelException(source, "in its manifest " + e.getMessage(), e);
    }
  }

  private static OptionalDouble similarityThreshold(Properties p, String source) {
    if (!p.containsKey("similarityThreshold")) {
      return OptionalDouble.empty();
    }
    double value = number(p, "similarityThreshold", source);
    if (!(value >= -1 && value <= 1)) {
      throw new ModelException(
          source, "similarityThreshold in its manifest must lie in −1…1, got " + value, null);
    }
    return OptionalDouble.of(value);
  }

  private static String text(Properties p, String key, String source) {
    String value = p.getProperty(key);
    if (value == null || value.isBlank()) {
      throw new ModelException(source, "its manifest lacks \"" + key + "\"", null);
    }
    return value.strip();
  }

  private static double number(Properties p, String key, String source) {
    String value = text(p, key, source);
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new ModelException(source, key + " in its manifest must be a number, got " + value, e);
    }
  }

  /**
   * {@return the name and the first twelve digits of the SHA-256, the id that heads and templates
   * are tied to}
   */
  public String id() {
    return name + ":" + sha256.substring(0, 12);
  }
}
