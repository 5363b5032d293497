package dev.mfr.gallery.lucene;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a text says that is often the same as the one before, and then the same object. Not
 * thread-safe.
 */
final class Repeated<T> {
  private final Function<String, T> meaning;
  private byte[] bytes = new byte[0];
  private @Nullable T last;

  /**
   * Nothing was read yet.
   *
   * @param meaning makes an object of a text
   */
  Repeated(Function<String, T> meaning) {
    this.meaning = meaning;
  }

  /**
   * {@return what the next text says}
   *
   * @param from stands behind the text afterwards
   */
  T read(RecordBytes from) {
    int length = from.nextInt();
    int start = from.skip(length);
    byte[] array = from.array();
    T said = last;
    if (said == null || !Arrays.equals(bytes, 0, bytes.length, array, start, start + length)) {
      said = meaning.apply(new String(array, start, length, StandardCharsets.UTF_8));
      bytes = Arrays.copyOfRange(array, start, start + length);
      last = said;
    }
    return said;
  }
}
