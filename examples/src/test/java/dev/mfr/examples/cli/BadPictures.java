package dev.mfr.examples.cli;

import dev.mfr.examples.demo.Portrait;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.ImageFiles;
import java.awt.Graphics2D;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures of rare kinds, and files that are none. */
final class BadPictures {
  private static final Path SAMPLES =
      Path.of("../mfr-landmarks/src/test/resources/dev/mfr/landmarks/pictures");

  private BadPictures() {}

  /** The first portrait in encodings that a program may stumble over. */
  static Map<String, Path> portraits(Path dir) throws IOException {
    BufferedImage portrait = Portrait.ALL.get(0).load().toBufferedImage();
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("grey", write(copy(portrait, BufferedImage.TYPE_BYTE_GRAY), "jpg", dir, "grey.jpg"));
    files.put(
        "palette",
        write(copy(portrait, BufferedImage.TYPE_BYTE_INDEXED), "png", dir, "palette.png"));
    files.put(
        "alpha", write(copy(portrait, BufferedImage.TYPE_4BYTE_ABGR), "png", dir, "alpha.png"));
    files.put("16 bits", write(deep(portrait), "png", dir, "deep.png"));
    return files;
  }

  private static BufferedImage copy(BufferedImage image, int type) {
    BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), type);
    Graphics2D graphics = copy.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return copy;
  }

  private static BufferedImage deep(BufferedImage image) {
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster =
        model.createCompatibleWritableRaster(image.getWidth(), image.getHeight());
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        int rgb = image.getRGB(x, y);
        for (int channel = 0; channel < 3; channel++) {
          raster.setSample(x, y, channel, ((rgb >> (16 - 8 * channel)) & 255) * 257);
        }
      }
    }
    return new BufferedImage(model, raster, false, null);
  }

  private static Path write(BufferedImage image, String format, Path dir, String name)
      throws IOException {
    Path file = dir.resolve(name);
    if (!ImageIO.write(image, format, file.toFile())) {
      throw new IOException("cannot write " + file);
    }
    return file;
  }

  /** Pictures that can be read and show nobody. */
  static Map<String, Path> ofNobody(Path dir) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("CMYK", Files.copy(SAMPLES.resolve("gradient-cmyk.jpg"), dir.resolve("cmyk.jpg")));
    files.put(
        "WebP", Files.copy(SAMPLES.resolve("gradient-lossy.webp"), dir.resolve("lossy.webp")));
    files.put("1×1", plain(1, 1, dir.resolve("dot.png")));
    files.put("1×5000", plain(1, 5000, dir.resolve("line.png")));
    return files;
  }

  private static Path plain(int width, int height, Path file) {
    byte[] grey = new byte[width * height];
    Arrays.fill(grey, (byte) 90);
    ImageFiles.writePng(RgbImage.wrap(grey, 0, width, height, width, PixelFormat.GREY), file);
    return file;
  }

  /** Files that are no pictures, although their names end as pictures' do. */
  static Map<String, Path> unreadable(Path dir) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("text", TestPictures.text(dir.resolve("text.jpg")));
    files.put("empty", Files.createFile(dir.resolve("empty.png")));
    byte[] jpeg = Files.readAllBytes(TestPictures.portrait(0, dir.resolve("whole.jpg")));
    Files.delete(dir.resolve("whole.jpg"));
    files.put(
        "truncated",
        Files.write(dir.resolve("truncated.jpg"), Arrays.copyOf(jpeg, jpeg.length / 2)));
    files.put("30000×30000", hugeHeader(dir.resolve("huge.png")));
    return files;
  }

  /** A PNG that promises 900 million pixels and ends after the header. */
  private static Path hugeHeader(Path file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream chunk = new ByteArrayOutputStream();
    DataOutputStream header = new DataOutputStream(chunk);
    header.write("IHDR".getBytes(StandardCharsets.US_ASCII));
    header.writeInt(30_000);
    header.writeInt(30_000);
    header.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 sum = new CRC32();
    sum.update(chunk.toByteArray());
    out.writeInt(13);
    out.write(chunk.toByteArray());
    out.writeInt((int) sum.getValue());
    return Files.write(file, bytes.toByteArray());
  }
}
