package dev.mfr.landmarks.dlib;

import dev.mfr.inference.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the numbers of dlib's serialisation and knows at which byte it is. Not thread-safe. */
final class DlibInput {
  /*
   * An integer is a control byte, its low four bits the number of bytes that follow (1…8), its highest bit the sign,
   * then the magnitude, lowest byte first. A real number is two integers, m and e, and means m · 2^e. A list is its
   * length, then its elements; a matrix is its two sizes, negative in the present format, then its elements row by row.
   */
  private static final int LONGEST_INTEGER = 9;

  /** No element of a list takes fewer bytes than one integer does. */
  static final int INTEGER_BYTES = 2;

  static final int REAL_BYTES = 2 * INTEGER_BYTES;

  /** Powers of two that a finite float can need, also one that is not normalised. */
  private static final int MAX_EXPONENT = 256;

  private static final double[] POWERS = powers();

  private final String name;
  private final InputStream in;
  private final long size;
  private final byte[] buffer = new byte[1 << 16];
  private int position;
  private int limit;
  private long read;

  /**
   * @param name what to call the file in messages
   * @param in its bytes from the start; not closed
   * @param size how many bytes it has
   */
  DlibInput(String name, InputStream in, long size) {
    this.name = name;
    this.in = in;
    this.size = size;
  }

  private static double[] powers() {
    double[] powers = new double[2 * MAX_EXPONENT + 1];
    for (int i = 0; i < powers.length; i++) {
      powers[i] = Math.scalb(1.0, i - MAX_EXPONENT);
    }
    return powers;
  }

  /** {@return the index of the next byte} */
  long offset() {
    return read - limit + position;
  }

  /** {@return how many bytes are left} */
  long remaining() {
    return size - offset();
  }

  /** {@return whether the file begins with these ASCII letters; asked at its start} */
  boolean startsWith(String letters) {
    byte[] bytes = letters.getBytes(StandardCharsets.US_ASCII);
    return Arrays.equals(buffer, 0, bytes.length, bytes, 0, bytes.length);
  }

  long integer(String what) throws IOException {
    if (limit - position < LONGEST_INTEGER) {
      fill();
    }
    if (position == limit) {
      throw cut(what);
    }
    int control = buffer[position];
    int bytes = control & 0x0f;
    if (bytes == 0 || bytes >= LONGEST_INTEGER || (control & 0x70) != 0) {
      throw damaged(
          offset(), what + " expected, but no number of dlib begins with " + hex(control));
    }
    if (limit - position <= bytes) {
      position = limit;
      throw cut(what);
    }
    long magnitude = 0;
    for (int i = bytes; i > 0; i--) {
      magnitude = magnitude << 8 | (buffer[position + i] & 255);
    }
    position += bytes + 1;
    return control < 0 ? -magnitude : magnitude;
  }

  /** {@return an integer of 0 … max − 1} */
  int index(String what, int max) throws IOException {
    long at = offset();
    long value = integer(what);
    if (value < 0 || value >= max) {
      throw damaged(at, what + " must lie in 0…" + (max - 1) + ", got " + value);
    }
    return (int) value;
  }

  /**
   * {@return the length of a list that the rest of the file can hold}
   *
   * @param what what is counted
   * @param bytesEach the least number of bytes that an element takes
   */
  int count(String what, long bytesEach) throws IOException {
    long at = offset();
    long count = integer("the number of " + what);
    if (count < 1 || count > Math.min(remaining() / bytesEach, Integer.MAX_VALUE)) {
      throw damaged(
          at,
          "a number of "
              + what
              + " that fits the file's "
              + size
              + " bytes expected, got "
              + Long.toUnsignedString(count));
    }
    return (int) count;
  }

  /** {@return the number of rows of a matrix that has one column} */
  long column(String what) throws IOException {
    long at = offset();
    long rows = Math.abs(integer("the rows of " + what));
    long columns = Math.abs(integer("the columns of " + what));
    if (columns != 1 || rows < 1) {
      throw damaged(at, what + " must be a column of numbers, got " + rows + "×" + columns);
    }
    return rows;
  }

  float real(String what) throws IOException {
    long at = offset();
    long mantissa = integer(what);
    long exponent = integer(what);
    // Larger exponents are how dlib writes infinities and what is no number.
    if (exponent < -MAX_EXPONENT || exponent > MAX_EXPONENT) {
      throw damaged(at, what + " is not a finite number");
    }
    float value = (float) (mantissa * POWERS[(int) exponent + MAX_EXPONENT]);
    if (!Float.isFinite(value)) {
      throw damaged(at, what + " is not a finite number");
    }
    return value;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, position, buffer, 0, limit - position);
    limit -= position;
    position = 0;
    while (limit < LONGEST_INTEGER) {
      int n = in.read(buffer, limit, buffer.length - limit);
      if (n < 0) {
        return;
      }
      limit += n;
      read += n;
    }
  }

  private ModelException cut(String what) {
    return new ModelException(
        name,
        "it is cut: " + what + " expected, but the file ends at byte " + offset() + "; get it anew",
        null);
  }

  ModelException damaged(long at, String problem) {
    return new ModelException(
        name,
        "it is cut, damaged or no 68-point shape predictor of dlib: at byte " + at + " " + problem,
        null);
  }

  private static String hex(int control) {
    return String.format("byte 0x%02x", control & 255);
  }
}
