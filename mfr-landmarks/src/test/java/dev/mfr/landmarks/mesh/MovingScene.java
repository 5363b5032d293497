package dev.mfr.landmarks.mesh;

import dev.mfr.face.DetectedFace;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** A video made of portraits that move over a grey ground with noise. Equal seeds, equal frames. */
final class MovingScene {
  static final int WIDTH = 400;
  static final int HEIGHT = 300;

  /** How far the cut-out portrait reaches from the middle of the eyes, in distances of the eyes. */
  private static final double REACH = 2.6;

  private static final double GRAIN = 4;

  /**
   * Where a face is.
   *
   * @param x of the middle of its eyes
   * @param y of the middle of its eyes
   * @param eyes their distance, in pixels
   * @param roll radians
   */
  record Pose(double x, double y, double eyes, double roll) {}

  private record Actor(RgbImage portrait, DetectedFace face, IntFunction<Pose> pose) {}

  private final List<Actor> actors = new ArrayList<>();
  private final List<IntFunction<double[]>> covers = new ArrayList<>();
  private final long seed;

  MovingScene(long seed) {
    this.seed = seed;
  }

  /** Later actors stand in front of earlier ones. */
  MovingScene with(RgbImage portrait, DetectedFace face, IntFunction<Pose> pose) {
    actors.add(new Actor(portrait, face, pose));
    return this;
  }

  /** A striped square in front of all: x, y, side; or an empty array for none. */
  MovingScene coveredBy(IntFunction<double[]> cover) {
    covers.add(cover);
    return this;
  }

  RgbImage frame(int t) {
    byte[] rgb = Mosaic.noise(WIDTH, HEIGHT, 1);
    for (Actor actor : actors) {
      draw(rgb, actor, actor.pose.apply(t));
    }
    for (IntFunction<double[]> cover : covers) {
      double[] square = cover.apply(t);
      if (square.length > 0) {
        cover(rgb, square[0], square[1], square[2]);
      }
    }
    Random random = new Random(31 * seed + t);
    for (int i = 0; i < rgb.length; i++) {
      double value = (rgb[i] & 255) + GRAIN * random.nextGaussian();
      rgb[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
    }
    return RgbImage.wrap(rgb, 0, WIDTH, HEIGHT, 3 * WIDTH, PixelFormat.RGB);
  }

  private static void draw(byte[] rgb, Actor actor, Pose pose) {
    Point eyes = actor.face.landmarks().rightEye().midpoint(actor.face.landmarks().leftEye());
    double scale = pose.eyes / actor.face.landmarks().eyeDistance();
    Affine portraitFromFrame =
        Affine.translation(-eyes.x(), -eyes.y())
            .then(Affine.rotation(pose.roll - actor.face.landmarks().roll()))
            .then(Affine.scaling(scale, scale))
            .then(Affine.translation(pose.x, pose.y))
            .inverse();
    byte[] all = new byte[rgb.length];
    Warp.render(actor.portrait, portraitFromFrame, WIDTH, HEIGHT, Border.BLACK).copyInto(all);
    double reach = REACH * pose.eyes;
    for (int y = 0; y < HEIGHT; y++) {
      for (int x = 0; x < WIDTH; x++) {
        double px = portraitFromFrame.applyX(x, y);
        double py = portraitFromFrame.applyY(x, y);
        // The face is lower than its eyes.
        boolean inside = Math.hypot(x - pose.x, y - pose.y - .3 * reach) < reach;
        if (inside
            && px >= 0
            && py >= 0
            && px <= actor.portrait.width() - 1
            && py <= actor.portrait.height() - 1) {
          System.arraycopy(all, 3 * (y * WIDTH + x), rgb, 3 * (y * WIDTH + x), 3);
        }
      }
    }
  }

  private static void cover(byte[] rgb, double x0, double y0, double side) {
    for (int y = (int) Math.max(0, y0); y < Math.min(HEIGHT, y0 + side); y++) {
      for (int x = (int) Math.max(0, x0); x < Math.min(WIDTH, x0 + side); x++) {
        int i = 3 * (y * WIDTH + x);
        byte value = (byte) ((x + y) / 8 % 2 == 0 ? 60 : 170);
        rgb[i] = value;
        rgb[i + 1] = value;
        rgb[i + 2] = value;
      }
    }
  }
}
