package dev.mfr.cache;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.image.RgbImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a result was made of: the SHA-256 of everything that it depends on. Equal keys mean equal
 * results.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record CacheKey(String hex) {
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

  public CacheKey {
    checkArgument(HEX.matcher(hex).matches(), "a key has 64 hexadecimal digits, got \"%s\"", hex);
  }

  /**
   * {@return a collector of what a result depends on}
   *
   * @param kind what the result is, with the number of its format, such as {@code "faces 1"}
   */
  public static Builder builder(String kind) {
    return new Builder().text(kind);
  }

  /**
   * {@return the key of a picture's decoded pixels and size; the file's name, format and date have
   * no part in it}
   *
   * @param image the picture; not modified
   */
  public static CacheKey ofPixels(RgbImage image) {
    return builder("pixels").pixels(image).build();
  }

  /** Collects parts, in order. Not thread-safe. */
  public static final class Builder {
    private final Hasher hasher = Hashing.sha256().newHasher();

    private Builder() {}

    /**
     * {@return this builder}
     *
     * @param part a text, such as the id of a network
     */
    public Builder text(String part) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      // With its length, so that "a" and "bc" are not "ab" and "c".
      hasher.putInt(bytes.length).putBytes(bytes);
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param part a whole number, such as a seed
     */
    public Builder number(long part) {
      hasher.putLong(part);
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param image its pixels and size count; not modified
     */
    public Builder pixels(RgbImage image) {
      byte[] rgb = new byte[3 * image.width() * image.height()];
      image.copyInto(rgb);
      hasher.putInt(image.width()).putInt(image.height()).putBytes(rgb);
      return this;
    }

    /**
     * {@return this builder}
     *
     * @param matrix its shape and all of its numbers count
     */
    public Builder matrix(FeatureMatrix matrix) {
      hasher.putInt(matrix.rows()).putInt(matrix.columns());
      ByteBuffer bytes =
          ByteBuffer.allocate(Float.BYTES * matrix.columns()).order(ByteOrder.LITTLE_ENDIAN);
      float[] row = new float[matrix.columns()];
      for (int r = 0; r < matrix.rows(); r++) {
        matrix.copyRowInto(r, row, 0);
        bytes.asFloatBuffer().put(row);
        hasher.putBytes(bytes.array());
      }
      return this;
    }

    /** {@return the key; the builder is used up} */
    public CacheKey build() {
      return new CacheKey(hasher.hash().toString());
    }
  }

  /** {@return the digits} */
  @Override
  public String toString() {
    return hex;
  }
}
