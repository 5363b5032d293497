package dev.mfr.landmarks.dlib;

import java.io.ByteArrayOutputStream;

/** Writes dlib's serialisation, the other way round than {@link DlibInput}. */
final class DlibOutput {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  DlibOutput integer(long value) {
    long magnitude = Math.abs(value);
    int bytes = Math.max(1, (64 - Long.numberOfLeadingZeros(magnitude) + 7) / 8);
    out.write(bytes | (value < 0 ? 0x80 : 0));
    for (int i = 0; i < bytes; i++) {
      out.write((int) (magnitude >> (8 * i)) & 255);
    }
    return this;
  }

  DlibOutput real(float value) {
    int exponent = value == 0 ? 0 : Math.getExponent(value) - 23;
    long mantissa = (long) Math.scalb((double) value, -exponent);
    while (mantissa != 0 && mantissa % 256 == 0) {
      mantissa /= 256;
      exponent += 8;
    }
    return integer(mantissa).integer(exponent);
  }

  DlibOutput column(float... values) {
    integer(-values.length).integer(-1);
    for (float v : values) {
      real(v);
    }
    return this;
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
