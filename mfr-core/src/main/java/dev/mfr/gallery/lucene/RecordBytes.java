package dev.mfr.gallery.lucene;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Little-endian values in an array, one after the other. Not thread-safe. */
/*
 * Not a ByteBuffer: while a large gallery is opened by a process that has just begun, HotSpot is busy for some tenths of
 * a second with compiling what lies behind the methods of one.
 */
final class RecordBytes {
  private byte[] bytes = new byte[0];
  private int position;
  private int end;

  /** Begins elsewhere. */
  void set(byte[] bytes, int start, int end) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  byte[] array() {
    return bytes;
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  /**
   * {@return the position, which is moved on}
   *
   * @throws BufferUnderflowException when fewer bytes are left
   */
  int skip(int length) {
    int start = position;
    if (length < 0 || length > end - start) {
      throw new BufferUnderflowException();
    }
    position = start + length;
    return start;
  }

  byte nextByte() {
    return bytes[skip(1)];
  }

  int nextInt() {
    return intAt(bytes, skip(Integer.BYTES));
  }

  long nextLong() {
    return longAt(bytes, skip(Long.BYTES));
  }

  double nextDouble() {
    return Double.longBitsToDouble(nextLong());
  }

  void nextFloats(float[] target) {
    int length = Float.BYTES * target.length;
    ByteBuffer.wrap(bytes, skip(length), length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(target);
  }

  /** {@return a text: its length in bytes, 4, and UTF-8} */
  String nextText() {
    int length = nextInt();
    return new String(bytes, skip(length), length, StandardCharsets.UTF_8);
  }

  static int intAt(byte[] bytes, int at) {
    return (bytes[at] & 0xFF)
        | (bytes[at + 1] & 0xFF) << 8
        | (bytes[at + 2] & 0xFF) << 16
        | bytes[at + 3] << 24;
  }

  static long longAt(byte[] bytes, int at) {
    return (intAt(bytes, at) & 0xFFFF_FFFFL) | (long) intAt(bytes, at + 4) << 32;
  }
}
