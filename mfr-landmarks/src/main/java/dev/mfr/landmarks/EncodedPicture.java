package dev.mfr.landmarks;

import java.util.Locale;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes of a picture file say before they are decoded: format, size, and whether the file
 * reaches its end.
 *
 * @param format the format, recognised by content
 * @param width pixels a row as stored, before the EXIF orientation; 0 when the header is damaged
 * @param height rows as stored; 0 when the header is damaged
 * @param fault what is wrong with the file, a phrase; empty when nothing is seen
 */
record EncodedPicture(Format format, int width, int height, String fault) {
  /*
   * OpenCV gives a half-grey picture for a cut JPEG and says nothing, and allocates what a header asks for. So the
   * headers are read here first: JPEG's markers up to EOI (ITU T.81, annex B), PNG's chunks and their checksums up to IEND, WebP's RIFF
   * size and first chunk (RFC 9649), BMP's two headers. Bytes after the end are allowed: cameras append some.
   */

  private static final String CUT = "it is cut: it ends before the picture does";
  private static final String DAMAGED_HEADER = "its header is damaged";

  EncodedPicture {
    if (width == 0 || height == 0) {
      fault = DAMAGED_HEADER;
    }
  }

  /** The formats that are accepted: a short list is a small target. */
  enum Format {
    JPEG,
    PNG,
    WEBP,
    BMP
  }

  /** {@return the header of an encoded picture, or null when it is of no accepted format} */
  static @Nullable EncodedPicture parse(byte[] b) {
    if (starts(b, 0, 0xFF, 0xD8, 0xFF)) {
      return jpeg(b);
    }
    if (starts(b, 0, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n')) {
      return png(b);
    }
    if (starts(b, 0, 'R', 'I', 'F', 'F') && starts(b, 8, 'W', 'E', 'B', 'P')) {
      return webp(b);
    }
    if (starts(b, 0, 'B', 'M') && b.length >= 18 && isBmpHeaderSize(little32(b, 14))) {
      return bmp(b);
    }
    return null;
  }

  /** {@return what unaccepted bytes look like, a phrase for people} */
  static String describe(byte[] b) {
    if (starts(b, 0, 'G', 'I', 'F', '8')) {
      return "a GIF picture";
    }
    if (starts(b, 0, 'I', 'I', 42, 0) || starts(b, 0, 'M', 'M', 0, 42)) {
      return "a TIFF or raw camera picture";
    }
    if (starts(b, 4, 'f', 't', 'y', 'p')) {
      return "a HEIC or AVIF picture, or a film";
    }
    if (starts(b, 0, '%', 'P', 'D', 'F')) {
      return "a PDF document";
    }
    StringBuilder s = new StringBuilder("a file that starts with the bytes");
    for (int i = 0; i < Math.min(8, b.length); i++) {
      s.append(String.format(Locale.ROOT, " %02x", b[i]));
    }
    return s.toString();
  }

  /** {@return width × height} */
  long pixels() {
    return (long) width * height;
  }

  private static EncodedPicture jpeg(byte[] b) {
    int width = 0;
    int height = 0;
    int i = 2;
    while (true) {
      // To the next marker: after a scan this skips its entropy-coded bytes, stuffed FF00 and
      // restart markers.
      while (i + 1 < b.length && !(at(b, i) == 0xFF && at(b, i + 1) != 0xFF && isMarker(b, i))) {
        i++;
      }
      if (i + 1 >= b.length) {
        return new EncodedPicture(Format.JPEG, width, height, CUT);
      }
      int marker = at(b, i + 1);
      if (marker == 0xD9) {
        return new EncodedPicture(Format.JPEG, width, height, "");
      }
      if (i + 3 >= b.length) {
        return new EncodedPicture(Format.JPEG, width, height, CUT);
      }
      boolean frame =
          marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
      if (frame && width == 0 && i + 8 < b.length) {
        height = big16(b, i + 5);
        width = big16(b, i + 7);
      }
      i += 2 + Math.max(2, big16(b, i + 2));
    }
  }

  private static boolean isMarker(byte[] b, int i) {
    int marker = at(b, i + 1);
    return marker != 0 && marker != 1 && !(marker >= 0xD0 && marker <= 0xD8);
  }

  private static EncodedPicture png(byte[] b) {
    if (b.length < 24 || !starts(b, 12, 'I', 'H', 'D', 'R')) {
      return new EncodedPicture(Format.PNG, 0, 0, DAMAGED_HEADER);
    }
    int width = positive(big32(b, 16));
    int height = positive(big32(b, 20));
    long i = 8;
    while (i + 12 <= b.length) {
      int chunk = (int) i;
      boolean end = starts(b, chunk + 4, 'I', 'E', 'N', 'D');
      i += 12 + big32(b, chunk);
      boolean critical = (b[chunk + 4] & 0x20) == 0;
      if (critical && i <= b.length && crc(b, chunk + 4, (int) i - 4) != big32(b, (int) i - 4)) {
        return new EncodedPicture(Format.PNG, width, height, "a checksum in it is wrong");
      }
      if (end) {
        return new EncodedPicture(Format.PNG, width, height, i <= b.length ? "" : CUT);
      }
    }
    return new EncodedPicture(Format.PNG, width, height, CUT);
  }

  private static long crc(byte[] b, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(b, from, to - from);
    return crc.getValue();
  }

  private static EncodedPicture webp(byte[] b) {
    boolean complete = b.length >= 12 && 8 + little32(b, 4) <= b.length;
    int width = 0;
    int height = 0;
    if (b.length >= 30 && starts(b, 12, 'V', 'P', '8', ' ') && starts(b, 23, 0x9D, 0x01, 0x2A)) {
      width = little16(b, 26) & 0x3FFF;
      height = little16(b, 28) & 0x3FFF;
    } else if (b.length >= 25 && starts(b, 12, 'V', 'P', '8', 'L') && at(b, 20) == 0x2F) {
      long bits = little32(b, 21);
      width = (int) (bits & 0x3FFF) + 1;
      height = (int) (bits >> 14 & 0x3FFF) + 1;
    } else if (b.length >= 30 && starts(b, 12, 'V', 'P', '8', 'X')) {
      width = (little16(b, 24) | at(b, 26) << 16) + 1;
      height = (little16(b, 27) | at(b, 29) << 16) + 1;
    }
    return new EncodedPicture(Format.WEBP, width, height, complete ? "" : CUT);
  }

  private static boolean isBmpHeaderSize(long size) {
    return size == 12 || (size >= 40 && size <= 124) || size == 16 || size == 64;
  }

  private static EncodedPicture bmp(byte[] b) {
    if (b.length < 26) {
      return new EncodedPicture(Format.BMP, 0, 0, DAMAGED_HEADER);
    }
    if (little32(b, 14) == 12) {
      int width = little16(b, 18);
      int height = little16(b, 20);
      return new EncodedPicture(
          Format.BMP,
          width,
          height,
          bmpEnd(b, width, height, little16(b, 24)) <= b.length ? "" : CUT);
    }
    int width = positive(little32(b, 18));
    int height = (int) Math.min(Integer.MAX_VALUE, Math.abs((long) (int) little32(b, 22)));
    if (b.length >= 34 && little32(b, 30) > 3) {
      return new EncodedPicture(Format.BMP, 0, 0, DAMAGED_HEADER); // JPEG or PNG inside, or damaged
    }
    boolean plain = b.length >= 34 && (little32(b, 30) == 0 || little32(b, 30) == 3);
    boolean complete =
        b.length >= 34 && (!plain || bmpEnd(b, width, height, little16(b, 28)) <= b.length);
    return new EncodedPicture(Format.BMP, width, height, complete ? "" : CUT);
  }

  private static double bmpEnd(byte[] b, int width, int height, int bitsPerPixel) {
    double row = Math.ceil((double) width * bitsPerPixel / 32) * 4;
    return little32(b, 10) + row * height;
  }

  private static int positive(long unsigned) {
    return unsigned > Integer.MAX_VALUE ? 0 : (int) unsigned;
  }

  private static boolean starts(byte[] b, int offset, int... expected) {
    if (offset < 0 || b.length - offset < expected.length) {
      return false;
    }
    for (int i = 0; i < expected.length; i++) {
      if (at(b, offset + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static int at(byte[] b, int i) {
    return b[i] & 255;
  }

  private static int big16(byte[] b, int i) {
    return at(b, i) << 8 | at(b, i + 1);
  }

  private static long big32(byte[] b, int i) {
    return (long) big16(b, i) << 16 | big16(b, i + 2);
  }

  private static int little16(byte[] b, int i) {
    return at(b, i) | at(b, i + 1) << 8;
  }

  private static long little32(byte[] b, int i) {
    return little16(b, i) | (long) little16(b, i + 2) << 16;
  }
}
