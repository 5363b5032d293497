package dev.mfr.landmarks.mesh;

import dev.mfr.geometry.Box;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/**
 * The tiled look: overlapping squares of a picture, in which BlazeFace sees faces that are too
 * small in the whole.
 *
 * <p>A tile's side is a share of the picture's longer side, and neighbours share half of it, so
 * that a face up to half as wide as a tile is whole in one of them. What a tile shows is looked at
 * once more in a square of its own, where its place is as exact as in a portrait.
 */
final class Tiles {
  /** The longer side from which on a picture is looked at in tiles, by level, in pixels. */
  private static final int[] LEAST_SIZE = {480, 960};

  /** The part of a picture's longer side that is a tile's side, by level. */
  private static final int[] PARTS = {2, 4};

  /** A wider or higher box, as a share of the tile, is left to the look at the whole picture. */
  private static final double LARGEST = .7;

  /** How near a box may come to a tile's border inside the picture, as a share of the tile. */
  private static final double MARGIN = .01;

  /** Intersection over union from which on two boxes mean one face. */
  private static final double SAME_FACE_OVERLAP = .3;

  /** The share of the smaller box from which on it belongs to the larger one's face. */
  private static final double INSIDE = .5;

  /** The side of the square around a face that is looked at closely, in sizes of its box. */
  private static final double PORTRAIT = 4;

  private Tiles() {}

  /** {@return whether a picture has tiles} */
  static boolean isLarge(RgbImage image) {
    return Math.max(image.width(), image.height()) >= LEAST_SIZE[0];
  }

  /** {@return the tiles of a level, 1 or 2, row by row; none where the picture is too small} */
  static List<Letterbox> of(RgbImage image, int level) {
    int longer = Math.max(image.width(), image.height());
    if (longer < LEAST_SIZE[level - 1]) {
      return List.of();
    }
    double side = (double) longer / PARTS[level - 1];
    List<Letterbox> tiles = new ArrayList<>();
    for (double y : starts(image.height(), side)) {
      for (double x : starts(image.width(), side)) {
        tiles.add(new Letterbox(side, -x, -y));
      }
    }
    return tiles;
  }

  /** Where the tiles along one side of the picture start: evenly, by half a tile at most. */
  private static double[] starts(int length, double side) {
    if (length <= side) {
      return new double[] {(length - side) / 2};
    }
    int steps = (int) Math.ceil(2 * (length - side) / side - 1e-9);
    double[] starts = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      starts[i] = i * (length - side) / steps;
    }
    return starts;
  }

  /** Whether a face is whole in a tile, and small enough for the whole picture to miss it. */
  static boolean isWhole(Box face, Letterbox tile, RgbImage image) {
    if (Math.max(face.width(), face.height()) > LARGEST * tile.side()) {
      return false;
    }
    double x = -tile.left();
    double y = -tile.top();
    return isClear(face.x(), face.x() + face.width(), x, tile.side(), image.width())
        && isClear(face.y(), face.y() + face.height(), y, tile.side(), image.height());
  }

  private static boolean isClear(double from, double to, double start, double side, int length) {
    double margin = MARGIN * side;
    // A border that is the picture's has nothing behind it.
    return (start <= 0 || from >= start + margin)
        && (start + side >= length - 1e-6 || to <= start + side - margin);
  }

  /** {@return one candidate a face, by falling score, without the faces that are known} */
  static List<FaceCandidate> merge(List<FaceCandidate> candidates, List<Box> known) {
    List<Box> taken = new ArrayList<>(known);
    List<FaceCandidate> faces = new ArrayList<>();
    for (FaceCandidate face : Candidates.merge(candidates, SAME_FACE_OVERLAP)) {
      if (taken.stream().noneMatch(box -> isSameFace(box, face.box()))) {
        taken.add(face.box());
        faces.add(face);
      }
    }
    return faces;
  }

  /** {@return a square around each face, as in a portrait} */
  static List<Letterbox> around(List<FaceCandidate> faces) {
    List<Letterbox> tiles = new ArrayList<>();
    for (FaceCandidate face : faces) {
      Box box = face.box();
      double side = PORTRAIT * Math.max(box.width(), box.height());
      tiles.add(new Letterbox(side, side / 2 - box.centre().x(), side / 2 - box.centre().y()));
    }
    return tiles;
  }

  /** {@return each face as the square around it shows it, without those that it does not show} */
  static List<FaceCandidate> confirmed(
      List<FaceCandidate> faces, List<List<FaceCandidate>> seenAround) {
    List<FaceCandidate> confirmed = new ArrayList<>();
    for (int i = 0; i < faces.size(); i++) {
      Box box = faces.get(i).box();
      seenAround.get(i).stream()
          .filter(seen -> seen.box().intersectionOverUnion(box) > SAME_FACE_OVERLAP)
          .findFirst()
          .ifPresent(confirmed::add);
    }
    return confirmed;
  }

  private static boolean isSameFace(Box a, Box b) {
    return a.intersectionOverUnion(b) > SAME_FACE_OVERLAP
        || a.intersectionArea(b) > INSIDE * Math.min(a.area(), b.area());
  }
}
