package dev.mfr.landmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.MfrException;
import dev.mfr.image.ImageDecodeException;
import dev.mfr.image.ImageDecodeException.Reason;
import dev.mfr.image.RgbImage;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: the gradient's formula, and ImageIO as an independent encoder. */
class OpenCvImageDecoderTest {
  private static final String PICTURES = "/dev/mfr/landmarks/pictures/";
  private static final int W = 48;
  private static final int H = 32;

  @ParameterizedTest
  @CsvSource({
    "gradient-cmyk.jpg, 8",
    "gradient-progressive.jpg, 5",
    "gradient-lossy.webp, 8",
    "gradient-lossless.webp, 0",
    "gradient-alpha.webp, 8",
    "gradient-animated.webp, 0"
  })
  void read_encodedGradient_gradient(String file, int tolerance) {
    RgbImage image = RgbImage.read(Portraits.bytes(PICTURES + file));

    assertThat(List.of(image.width(), image.height())).containsExactly(W, H);
    assertGradient(image, tolerance);
  }

  @ParameterizedTest
  @CsvSource({"png, 0", "bmp, 0", "jpg, 12"})
  void read_writtenByImageIo_gradient(String format, int tolerance) throws IOException {
    assertGradient(
        RgbImage.read(encode(gradient(BufferedImage.TYPE_3BYTE_BGR), format)), tolerance);
  }

  @Test
  void read_alphaPng_alphaIsDroppedNotBlended() throws IOException {
    BufferedImage image = gradient(BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        image.setRGB(x, y, (image.getRGB(x, y) & 0xFFFFFF) | 40 << 24);
      }
    }
    assertGradient(RgbImage.read(encode(image, "png")), 0);
  }

  @Test
  void read_greyPngAndJpeg_greyInAllChannels() throws IOException {
    BufferedImage image = new BufferedImage(W, H, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < W; x++) {
      for (int y = 0; y < H; y++) {
        image.getRaster().setSample(x, y, 0, 5 * x);
      }
    }
    for (String format : List.of("png", "jpg")) {
      RgbImage read = RgbImage.read(encode(image, format));
      for (int x = 0; x < W; x++) {
        int rgb = read.rgb(x, 10);
        assertThat(rgb & 255).isEqualTo(rgb >> 16).isEqualTo((rgb >> 8) & 255);
        assertThat(Math.abs((rgb & 255) - 5 * x)).as(format).isLessThanOrEqualTo(2);
      }
    }
  }

  @Test
  void read_sixteenBitPng_upperByte() throws IOException {
    BufferedImage image = new BufferedImage(W, H, BufferedImage.TYPE_USHORT_GRAY);
    for (int x = 0; x < W; x++) {
      for (int y = 0; y < H; y++) {
        image.getRaster().setSample(x, y, 0, 5 * x * 257);
      }
    }
    RgbImage read = RgbImage.read(encode(image, "png"));
    for (int x = 0; x < W; x++) {
      assertThat(Math.abs((read.rgb(x, 3) & 255) - 5 * x)).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void read_palettePng_colours() throws IOException {
    byte[] r = {(byte) 255, 0, 10};
    byte[] g = {0, (byte) 200, 20};
    byte[] b = {0, 0, 30};
    BufferedImage image =
        new BufferedImage(
            3, 1, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 3, r, g, b));
    for (int x = 0; x < 3; x++) {
      image.getRaster().setSample(x, 0, 0, x);
    }
    RgbImage read = RgbImage.read(encode(image, "png"));
    assertThat(List.of(read.rgb(0, 0), read.rgb(1, 0), read.rgb(2, 0)))
        .containsExactly(0xFF0000, 0x00C800, 0x0A141E);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 5000", "5000, 1"})
  void read_extremeShapes_read(int width, int height) throws IOException {
    for (String format : List.of("png", "jpg", "bmp")) {
      BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
      RgbImage read = RgbImage.read(encode(image, format));
      assertThat(List.of(read.width(), read.height())).containsExactly(width, height);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void read_exifOrientation_upright(int orientation) throws IOException {
    // Given: dark on the right, light at the bottom left, stored as the orientation says
    BufferedImage upright = new BufferedImage(64, 32, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 64; x++) {
        upright.setRGB(
            x, y, x < 32 ? (y < 16 ? 0xC02020 : 0x20C020) : (y < 16 ? 0x2020C0 : 0x101010));
      }
    }
    boolean swapped = orientation > 4;
    BufferedImage stored =
        new BufferedImage(swapped ? 32 : 64, swapped ? 64 : 32, BufferedImage.TYPE_3BYTE_BGR);
    for (int y = 0; y < stored.getHeight(); y++) {
      for (int x = 0; x < stored.getWidth(); x++) {
        // Where row y and column x of the stored picture are shown, by the EXIF standard
        int u =
            switch (orientation) {
              case 1, 4 -> x;
              case 2, 3 -> 63 - x;
              case 5, 8 -> y;
              default -> 63 - y;
            };
        int v =
            switch (orientation) {
              case 1, 2 -> y;
              case 3, 4 -> 31 - y;
              case 5, 6 -> x;
              default -> 31 - x;
            };
        stored.setRGB(x, y, upright.getRGB(u, v));
      }
    }

    // When
    RgbImage read = RgbImage.read(withOrientation(encode(stored, "jpg"), orientation));

    // Then
    assertThat(List.of(read.width(), read.height())).containsExactly(64, 32);
    assertThat(SharedData.meanAbsoluteDifference(read, RgbImage.copyOf(upright))).isLessThan(4);
  }

  @Test
  void read_textRenamedJpg_unsupportedNamingTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("notes.jpg");
    Files.writeString(file, "these are no pixels");

    ImageDecodeException e =
        catchThrowableOfType(ImageDecodeException.class, () -> RgbImage.read(file));

    assertThat(e.reason()).isEqualTo(Reason.UNSUPPORTED_FORMAT);
    assertThat(e).hasMessageContaining("notes.jpg").hasMessageContaining("74 68 65");
  }

  @Test
  void read_pngNamedJpg_readByContent(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("picture.jpg");
    Files.write(file, encode(gradient(BufferedImage.TYPE_3BYTE_BGR), "png"));
    assertGradient(RgbImage.read(file), 0);
  }

  @Test
  void read_formatsOfNoList_unsupportedWithTheirName() throws IOException {
    assertThat(failure(encode(gradient(BufferedImage.TYPE_3BYTE_BGR), "gif")))
        .hasMessageContaining("GIF")
        .extracting(ImageDecodeException::reason)
        .isEqualTo(Reason.UNSUPPORTED_FORMAT);
    assertThat(failure(encode(gradient(BufferedImage.TYPE_3BYTE_BGR), "tiff")))
        .hasMessageContaining("TIFF")
        .extracting(ImageDecodeException::reason)
        .isEqualTo(Reason.UNSUPPORTED_FORMAT);
    assertThat(failure("\0\0\0\040ftypheic....".getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("HEIC");
    assertThat(failure("%PDF-1.7".getBytes(StandardCharsets.ISO_8859_1)))
        .hasMessageContaining("PDF");
    assertThat(failure(new byte[] {'B', 'M', 1})).hasMessageContaining("42 4d 01");
  }

  @Test
  void read_empty_empty() {
    assertThat(failure(new byte[0]).reason()).isEqualTo(Reason.EMPTY);
    assertThat(
            catchThrowableOfType(
                    ImageDecodeException.class,
                    () -> new OpenCvImageDecoder().decode(new byte[0], "x", 1))
                .reason())
        .isEqualTo(Reason.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "progressive", "png", "bmp", "lossy.webp", "lossless.webp"})
  void read_cutAnywhere_corruptAndNeverHalfAPicture(String kind) throws IOException {
    byte[] whole =
        switch (kind) {
          case "jpg", "png", "bmp" -> encode(gradient(BufferedImage.TYPE_3BYTE_BGR), kind);
          case "progressive" -> Portraits.bytes(PICTURES + "gradient-progressive.jpg");
          default -> Portraits.bytes(PICTURES + "gradient-" + kind);
        };
    for (int length = 30; length < whole.length; length++) {
      assertThat(failure(Arrays.copyOf(whole, length)).reason())
          .as("%s cut to %s of %s bytes", kind, length, whole.length)
          .isEqualTo(Reason.CORRUPT);
    }
  }

  @Test
  void read_bytesAfterTheEnd_allowed() throws IOException {
    for (String format : List.of("png", "bmp", "jpg")) {
      byte[] whole = encode(gradient(BufferedImage.TYPE_3BYTE_BGR), format);
      RgbImage read = RgbImage.read(Arrays.copyOf(whole, whole.length + 100));
      assertGradient(read, 12);
    }
    byte[] webp = Portraits.bytes(PICTURES + "gradient-lossless.webp");
    assertGradient(RgbImage.read(Arrays.copyOf(webp, webp.length + 100)), 0);
  }

  @Test
  void read_damagedContent_corruptOrAPictureButNeverAnotherFailure() throws IOException {
    Random random = new Random(3);
    for (String format : List.of("png", "jpg", "bmp", "webp")) {
      byte[] whole =
          format.equals("webp")
              ? Portraits.bytes(PICTURES + "gradient-lossy.webp")
              : encode(gradient(BufferedImage.TYPE_3BYTE_BGR), format);
      for (int round = 0; round < 300; round++) {
        byte[] damaged = whole.clone();
        for (int k = 0; k < 3; k++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          RgbImage read = RgbImage.read(damaged, 1_000_000);
          assertThat((long) read.width() * read.height()).isLessThanOrEqualTo(1_000_000);
        } catch (ImageDecodeException e) {
          assertThat(e.reason()).isIn(Reason.CORRUPT, Reason.UNSUPPORTED_FORMAT, Reason.TOO_LARGE);
        }
      }
    }
  }

  @Test
  void read_damagedPngChecksum_corrupt() throws IOException {
    byte[] png = encode(gradient(BufferedImage.TYPE_3BYTE_BGR), "png");
    png[png.length - 20] ^= 0x55; // inside the last bytes of IDAT
    assertThat(failure(png)).hasMessageContaining("checksum");
    assertThat(failure(png).reason()).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void read_overTheLimit_tooLargeNamingSizeLimitAndCure() throws IOException {
    for (String format : List.of("png", "bmp", "jpg")) {
      byte[] encoded = encode(gradient(BufferedImage.TYPE_3BYTE_BGR), format);
      ImageDecodeException e =
          catchThrowableOfType(ImageDecodeException.class, () -> RgbImage.read(encoded, W * H - 1));
      assertThat(e.reason()).isEqualTo(Reason.TOO_LARGE);
      assertThat(e)
          .hasMessageContaining("48×32 = 1,536")
          .hasMessageContaining("1,535")
          .hasMessageContaining("RgbImage.read(path, maxPixels)");
      assertGradient(RgbImage.read(encoded, W * H), 12);
    }
    for (String file : List.of("lossy", "lossless", "alpha", "animated")) {
      byte[] encoded = Portraits.bytes(PICTURES + "gradient-" + file + ".webp");
      assertThat(
              catchThrowableOfType(
                      ImageDecodeException.class, () -> RgbImage.read(encoded, W * H - 1))
                  .reason())
          .isEqualTo(Reason.TOO_LARGE);
    }
  }

  @Test
  void read_hugePixelCountInTheHeader_tooLargeBeforeAnythingIsAllocated() throws IOException {
    byte[] png = encode(gradient(BufferedImage.TYPE_3BYTE_BGR), "png");
    png[16] = 0x40; // a width of a billion
    assertThat(failure(png).reason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(
            catchThrowableOfType(
                    ImageDecodeException.class, () -> RgbImage.read(png, Long.MAX_VALUE))
                .reason())
        .isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void read_zeroSizeInTheHeader_corrupt() throws IOException {
    byte[] png = encode(gradient(BufferedImage.TYPE_3BYTE_BGR), "png");
    Arrays.fill(png, 16, 20, (byte) 0);
    assertThat(failure(png).reason()).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void read_manyThreads_samePicture() throws Exception {
    byte[] jpeg = Portraits.bytes("/dev/mfr/portraits/grace_hopper.jpg");
    RgbImage expected = RgbImage.read(jpeg);
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<RgbImage>> calls = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        calls.add(() -> RgbImage.read(jpeg));
      }
      for (Future<RgbImage> read : pool.invokeAll(calls)) {
        assertThat(SharedData.meanAbsoluteDifference(read.get(), expected)).isZero();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Tag("slow")
  @Test
  void read_twoThousandTimes_memoryStaysFlat() throws IOException {
    byte[] jpeg = Portraits.bytes("/dev/mfr/portraits/grace_hopper.jpg");
    byte[] cut = Arrays.copyOf(jpeg, jpeg.length / 2);
    byte[] garbled = jpeg.clone();
    Arrays.fill(garbled, 20, 200, (byte) 0x11);
    for (int i = 0; i < 200; i++) {
      RgbImage.read(jpeg);
    }
    long before = residentKilobytes();
    for (int i = 0; i < 2000; i++) {
      RgbImage.read(jpeg);
      failure(cut);
      try {
        RgbImage.read(garbled);
      } catch (ImageDecodeException e) {
        assertThat(e.reason()).isNotNull();
      }
      ImageFiles.encodeJpeg(RgbImage.read(jpeg), 90);
    }
    // One leaked picture is 900 kB; 4000 of them would be 3.5 GB.
    assertThat(residentKilobytes() - before).isLessThan(400_000);
  }

  @Test
  void unavailable_nativeLibraryMissing_oneSentenceWithTheCure() {
    String reason =
        OpenCv.attempt(
            () -> {
              throw new NoClassDefFoundError("x") {
                private static final long serialVersionUID = 1L;

                @Override
                public synchronized Throwable getCause() {
                  return new UnsatisfiedLinkError("no jniopencv_core in java.library.path");
                }
              };
            });
    MfrException e = OpenCv.unavailable(reason);

    assertThat(e)
        .hasMessageContaining("no jniopencv_core")
        .hasMessageContaining("org.bytedeco:opencv")
        .hasMessageContaining("org.bytedeco.javacpp.cachedir");
    assertThat(OpenCv.attempt(() -> {})).isEmpty();
  }

  private static long residentKilobytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    assumeTrue(Files.exists(status), "skipped: resident memory is read from /proc");
    for (String line : Files.readAllLines(status)) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS in " + status);
  }

  private static ImageDecodeException failure(byte[] encoded) {
    ImageDecodeException e =
        catchThrowableOfType(ImageDecodeException.class, () -> RgbImage.read(encoded));
    assertThat(e).isNotNull();
    return e;
  }

  private static BufferedImage gradient(int type) {
    BufferedImage image = new BufferedImage(W, H, type);
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        image.setRGB(x, y, 0xFF000000 | color(x, y));
      }
    }
    return image;
  }

  private static int color(int x, int y) {
    return (x * 255 / (W - 1)) << 16 | (y * 255 / (H - 1)) << 8 | 128;
  }

  private static void assertGradient(RgbImage image, int tolerance) {
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        for (int shift = 0; shift <= 16; shift += 8) {
          int off = ((image.rgb(x, y) >> shift) & 255) - ((color(x, y) >> shift) & 255);
          assertThat(Math.abs(off))
              .as("x %s y %s: %06x", x, y, image.rgb(x, y))
              .isLessThanOrEqualTo(tolerance);
        }
      }
    }
  }

  private static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format.toLowerCase(Locale.ROOT), out)).as(format).isTrue();
    return out.toByteArray();
  }

  /** The JPEG with an APP1 segment that holds nothing but the orientation tag. */
  private static byte[] withOrientation(byte[] jpeg, int orientation) {
    byte[] exif = {
      (byte) 0xFF,
      (byte) 0xE1,
      0,
      34,
      'E',
      'x',
      'i',
      'f',
      0,
      0, // segment of 34 bytes
      'M',
      'M',
      0,
      42,
      0,
      0,
      0,
      8, // TIFF header, big-endian, directory at 8
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      (byte) orientation,
      0,
      0, // one entry: a short
      0,
      0,
      0,
      0
    };
    byte[] all = new byte[jpeg.length + exif.length];
    System.arraycopy(jpeg, 0, all, 0, 2);
    System.arraycopy(exif, 0, all, 2, exif.length);
    System.arraycopy(jpeg, 2, all, 2 + exif.length, jpeg.length - 2);
    return all;
  }
}
