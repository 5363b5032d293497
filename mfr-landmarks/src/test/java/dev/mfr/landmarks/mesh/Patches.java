package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Affine;
import dev.mfr.image.Border;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.awt.image.ConvolveOp;
import java.awt.image.Kernel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Seeded 160×160 patches without a face: corners of photographs, textures, and shuffled tiles of
 * faces. Now and then a corner shows a bystander all the same.
 */
final class Patches {
  static final int SIZE = 160;

  private final Random random;
  private final List<Path> photographs;

  /** Photographs are 250×250 with the face in the middle. */
  Patches(long seed, List<Path> photographs) {
    this.random = new Random(seed);
    this.photographs = photographs;
  }

  /** A corner, a texture, or shuffled tiles, by turns. */
  RgbImage next(int index) {
    return switch (index % 3) {
      case 0 -> corner();
      case 1 -> texture();
      default -> shuffledFace();
    };
  }

  private RgbImage photograph() {
    return RgbImage.read(photographs.get(random.nextInt(photographs.size())));
  }

  private static RgbImage enlarge(RgbImage image) {
    double k = (double) image.width() / SIZE;
    Affine map = new Affine(k, 0, .5 * k - .5, 0, k, .5 * k - .5);
    return Warp.render(image, map, SIZE, SIZE, Border.REPLICATE);
  }

  private RgbImage corner() {
    while (true) {
      RgbImage photograph = photograph();
      int side = 60 + random.nextInt(21);
      int x = random.nextBoolean() ? 0 : photograph.width() - side;
      int y = random.nextBoolean() ? 0 : photograph.height() - side;
      RgbImage corner = photograph.subImage(x, y, side, side);
      if (blackShare(corner) <= .1) {
        return enlarge(corner);
      }
    }
  }

  /** The wedges that levelling the photographs has left. */
  private static double blackShare(RgbImage image) {
    int black = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int p = image.rgb(x, y);
        black += Math.max(p >> 16, Math.max(p >> 8 & 255, p & 255)) < 8 ? 1 : 0;
      }
    }
    return (double) black / (image.width() * image.height());
  }

  private RgbImage shuffledFace() {
    BufferedImage face = enlarge(photograph().subImage(70, 70, 110, 110)).toBufferedImage();
    int n = 4 + random.nextInt(2);
    int tile = SIZE / n;
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < n * n; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    BufferedImage shuffled = blank();
    Graphics2D g = shuffled.createGraphics();
    for (int i = 0; i < n * n; i++) {
      int from = order.get(i);
      g.drawImage(
          face.getSubimage(from % n * tile, from / n * tile, tile, tile),
          i % n * tile,
          i / n * tile,
          null);
    }
    g.dispose();
    return RgbImage.copyOf(shuffled);
  }

  private static BufferedImage blank() {
    return new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_3BYTE_BGR);
  }

  private Color color() {
    return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256));
  }

  private RgbImage texture() {
    BufferedImage image = blank();
    Graphics2D g = image.createGraphics();
    switch (random.nextInt(6)) {
      case 0 -> noise(image);
      case 1 -> {
        noise(image);
        image = blur(image, 2 + random.nextInt(12));
      }
      case 2 -> {
        double angle = random.nextDouble() * 2 * Math.PI;
        float dx = (float) (SIZE / 2.0 * Math.cos(angle));
        float dy = (float) (SIZE / 2.0 * Math.sin(angle));
        g.setPaint(new GradientPaint(80 - dx, 80 - dy, color(), 80 + dx, 80 + dy, color()));
        g.fillRect(0, 0, SIZE, SIZE);
      }
      case 3 -> stripes(image);
      case 4 -> {
        int cell = 5 + random.nextInt(36);
        Color[] colors = {color(), color()};
        for (int y = 0; y * cell < SIZE; y++) {
          for (int x = 0; x * cell < SIZE; x++) {
            g.setColor(colors[(x + y) % 2]);
            g.fillRect(x * cell, y * cell, cell, cell);
          }
        }
      }
      default -> {
        g.setColor(color());
        g.fillRect(0, 0, SIZE, SIZE);
        for (int i = 3 + random.nextInt(13); i > 0; i--) {
          g.setColor(color());
          AffineTransform turn =
              AffineTransform.getRotateInstance(
                  random.nextDouble() * Math.PI, random.nextInt(SIZE), random.nextInt(SIZE));
          g.fill(
              turn.createTransformedShape(
                  new Ellipse2D.Double(
                      random.nextInt(SIZE),
                      random.nextInt(SIZE),
                      10 + random.nextInt(90),
                      10 + random.nextInt(90))));
        }
      }
    }
    g.dispose();
    return RgbImage.copyOf(image);
  }

  private void noise(BufferedImage image) {
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
  }

  private void stripes(BufferedImage image) {
    Color a = color();
    Color b = color();
    double angle = random.nextDouble() * Math.PI;
    double period = 6 + random.nextInt(55);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        double t = Math.sin(2 * Math.PI * (x * Math.cos(angle) + y * Math.sin(angle)) / period);
        double w = (1 + t) / 2;
        image.setRGB(
            x,
            y,
            new Color(
                    mix(a.getRed(), b.getRed(), w),
                    mix(a.getGreen(), b.getGreen(), w),
                    mix(a.getBlue(), b.getBlue(), w))
                .getRGB());
      }
    }
  }

  private static int mix(int a, int b, double w) {
    return (int) Math.round(a + w * (b - a));
  }

  /** A box blur with the contrast put back. */
  private static BufferedImage blur(BufferedImage image, int radius) {
    int side = 2 * radius + 1;
    float[] row = new float[side];
    Arrays.fill(row, 1f / side);
    BufferedImage once =
        new ConvolveOp(new Kernel(side, 1, row), ConvolveOp.EDGE_NO_OP, null).filter(image, null);
    BufferedImage twice =
        new ConvolveOp(new Kernel(1, side, row), ConvolveOp.EDGE_NO_OP, null).filter(once, null);
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int p = twice.getRGB(x, y);
        twice.setRGB(
            x,
            y,
            stretch(p >> 16 & 255, radius) << 16
                | stretch(p >> 8 & 255, radius) << 8
                | stretch(p & 255, radius));
      }
    }
    return twice;
  }

  private static int stretch(int value, int radius) {
    return Math.max(0, Math.min(255, 128 + (value - 128) * radius));
  }
}
