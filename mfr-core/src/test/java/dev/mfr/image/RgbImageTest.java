package dev.mfr.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mfr.image.ImageDecodeException.Reason;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RgbImageTest {
  private static final int W = 5;
  private static final int H = 4;

  /** The colour that every picture of these tests has at x, y. */
  private static int colour(int x, int y) {
    return new Random(31L * x + y).nextInt(1 << 24);
  }

  private static byte[] bytes(PixelFormat format, int offset, int stride) {
    byte[] pixels = new byte[offset + (H - 1) * stride + W * format.bytesPerPixel()];
    new Random(1).nextBytes(pixels);
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        int i = offset + y * stride + x * format.bytesPerPixel();
        int rgb = colour(x, y);
        if (format == PixelFormat.GREY) {
          pixels[i] = (byte) rgb;
        } else {
          pixels[i + format.red] = (byte) (rgb >> 16);
          pixels[i + format.green] = (byte) (rgb >> 8);
          pixels[i + format.blue] = (byte) rgb;
        }
      }
    }
    return pixels;
  }

  private static int expected(PixelFormat format, int x, int y) {
    return format == PixelFormat.GREY ? (colour(x, y) & 255) * 0x010101 : colour(x, y);
  }

  private static void assertPixels(RgbImage image, PixelFormat format, int left, int top) {
    byte[] packed = new byte[3 * image.width() * image.height()];
    image.copyInto(packed);
    BufferedImage awt = image.toBufferedImage();
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int rgb = expected(format, x + left, y + top);
        assertThat(image.rgb(x, y)).isEqualTo(rgb);
        int i = 3 * (y * image.width() + x);
        assertThat(packed[i]).isEqualTo((byte) (rgb >> 16));
        assertThat(packed[i + 1]).isEqualTo((byte) (rgb >> 8));
        assertThat(packed[i + 2]).isEqualTo((byte) rgb);
        assertThat(awt.getRGB(x, y)).isEqualTo(0xff000000 | rgb);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PixelFormat.class)
  void wrap_anyFormatOffsetAndStride_readsRgb(PixelFormat format) {
    int packed = W * format.bytesPerPixel();
    for (int offset : new int[] {0, 7}) {
      for (int stride : new int[] {packed, packed + 3}) {
        byte[] pixels = bytes(format, offset, stride);
        RgbImage image = RgbImage.wrap(pixels, offset, W, H, stride, format);
        assertPixels(image, format, 0, 0);
        assertPixels(image.subImage(1, 2, 3, 2), format, 1, 2);
        assertPixels(image.subImage(1, 0, 4, 4).subImage(1, 1, 3, 3), format, 2, 1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(PixelFormat.class)
  void copyOf_arrayOrBuffer_isIndependentOfTheSource(PixelFormat format) {
    int stride = W * format.bytesPerPixel() + 2;
    byte[] pixels = bytes(format, 0, stride);
    ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length + 3);
    direct.position(3).put(pixels).position(3);

    RgbImage ofArray = RgbImage.copyOf(pixels, W, H, stride, format);
    RgbImage ofBuffer = RgbImage.copyOf(direct, W, H, stride, format);
    java.util.Arrays.fill(pixels, (byte) 0);

    assertThat(direct.position()).isEqualTo(3);
    assertPixels(ofArray, format, 0, 0);
    assertPixels(ofBuffer, format, 0, 0);
  }

  @Test
  void wrap_arrayChanged_pictureChanges() {
    byte[] pixels = new byte[3];
    RgbImage shared = RgbImage.wrap(pixels, 0, 1, 1, 3, PixelFormat.RGB);
    pixels[0] = 9;
    assertThat(shared.rgb(0, 0)).isEqualTo(0x090000);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_INT_ARGB
      })
  void copyOf_awtPictureAndItsSubImages_keepsColours(int type) {
    BufferedImage image = new BufferedImage(W, H, type);
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        // Half transparent where the type has alpha, which is dropped and not blended.
        image.setRGB(x, y, 0x80000000 | colour(x, y));
      }
    }

    assertPixels(RgbImage.copyOf(image), PixelFormat.RGB, 0, 0);
    assertPixels(RgbImage.copyOf(image.getSubimage(1, 2, 3, 2)), PixelFormat.RGB, 1, 2);
    assertPixels(
        RgbImage.copyOf(image.getSubimage(1, 1, 4, 3).getSubimage(1, 1, 2, 2)),
        PixelFormat.RGB,
        2,
        2);
  }

  @Test
  void copyOf_greyAwtPicture_keepsTheStoredValues() {
    // BufferedImage.getRGB would brighten them, because it takes grey for linear light.
    BufferedImage image = new BufferedImage(W, H, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        image.getRaster().setSample(x, y, 0, colour(x, y) & 255);
      }
    }
    assertPixels(RgbImage.copyOf(image), PixelFormat.GREY, 0, 0);
    assertPixels(RgbImage.copyOf(image.getSubimage(2, 1, 3, 3)), PixelFormat.GREY, 2, 1);
  }

  @Test
  void copyOf_awtPictureThatIsChangedLater_staysAsItWas() {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_3BYTE_BGR);
    RgbImage copy = RgbImage.copyOf(image);
    image.setRGB(0, 0, 0xffffff);
    assertThat(copy.rgb(0, 0)).isZero();
  }

  @Test
  void wrap_impossibleShape_refuses() {
    byte[] twelve = new byte[12];
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RgbImage.wrap(twelve, 0, 2, 3, 6, PixelFormat.RGB))
        .withMessageContaining("needs 18 bytes, the array has 12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RgbImage.wrap(twelve, 1, 2, 2, 6, PixelFormat.RGB));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RgbImage.wrap(twelve, -1, 1, 1, 3, PixelFormat.RGB));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RgbImage.wrap(twelve, 0, 2, 2, 5, PixelFormat.RGB))
        .withMessageContaining("row stride is 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RgbImage.wrap(twelve, 0, 0, 1, 3, PixelFormat.RGB));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RgbImage.wrap(
                    twelve, 0, Integer.MAX_VALUE, Integer.MAX_VALUE, 12, PixelFormat.RGB));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RgbImage.copyOf(ByteBuffer.allocate(11), 2, 2, 6, PixelFormat.RGB));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RgbImage.copyOf(ByteBuffer.allocate(11), -2, -2, 6, PixelFormat.RGB));
  }

  @Test
  void access_outside_refuses() {
    RgbImage image = RgbImage.wrap(new byte[12], 0, 2, 2, 6, PixelFormat.RGB);
    for (int[] at : new int[][] {{-1, 0}, {0, -1}, {2, 0}, {0, 2}}) {
      assertThatThrownBy(() -> image.rgb(at[0], at[1]))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    for (int[] r :
        new int[][] {
          {-1, 0, 1, 1}, {0, 0, 3, 1}, {1, 1, 1, 2}, {0, 0, 0, 1}, {1, 0, Integer.MAX_VALUE, 1}
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> image.subImage(r[0], r[1], r[2], r[3]))
          .withMessageContaining("leaves the picture of 2×2");
    }
    assertThatIllegalArgumentException().isThrownBy(() -> image.copyInto(new byte[11]));
  }

  @Test
  void read_nothingToRead_saysWhy(@TempDir Path folder) throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.jpg"));
    assertReason(folder.resolve("none.jpg"), Reason.UNREADABLE, "no such file");
    assertReason(folder, Reason.UNREADABLE, "is a directory");
    assertReason(empty, Reason.EMPTY, "0 bytes");
    assertThatThrownBy(() -> RgbImage.read(new byte[0]))
        .isInstanceOfSatisfying(
            ImageDecodeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EMPTY));
    assertThatThrownBy(() -> RgbImage.read(new ByteArrayInputStream(new byte[0])))
        .isInstanceOf(ImageDecodeException.class);
    assertThatIllegalArgumentException().isThrownBy(() -> RgbImage.read(new byte[1], 0));
  }

  @Test
  void read_device_isRefusedAtOnce() {
    Path device = Path.of("/dev/zero");
    assumeTrue(Files.exists(device), "skipped: this system has no /dev/zero");
    assertThatThrownBy(() -> RgbImage.read(device))
        .isInstanceOf(ImageDecodeException.class)
        .hasMessageContaining("/dev/zero")
        .hasMessageContaining("device");
  }

  @Test
  void read_brokenStream_keepsTheCause() {
    IOException broken = new IOException("unplugged");
    InputStream in =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw broken;
          }

          @Override
          public int read(byte[] target, int offset, int length) throws IOException {
            throw broken;
          }
        };
    assertThatThrownBy(() -> RgbImage.read(in))
        .isInstanceOf(ImageDecodeException.class)
        .hasCause(broken);
  }

  private static void assertReason(Path file, Reason reason, String text) {
    assertThatThrownBy(() -> RgbImage.read(file))
        .hasMessageContaining(text)
        .isInstanceOfSatisfying(
            ImageDecodeException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e.picture()).isEqualTo(file.toString());
            });
  }
}
