package dev.mfr.video;

import dev.mfr.LandmarkDetector;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Squares that move over a plane and stand for faces: what a perfect detector and a perfect
 * follower see of them in each frame, with the mistakes that a test asks for.
 */
final class World implements LandmarkDetector, FaceFollower {
  static final int WIDTH = 640;
  static final int HEIGHT = 480;

  /** A face of one person in one frame. */
  record Actor(String person, double x, double y, double size, double presence) {
    Point middle() {
      return new Point(x, y);
    }
  }

  private final Map<String, IntFunction<Actor>> actors = new HashMap<>();
  private final Map<Integer, List<String>> missedByDetector = new HashMap<>();

  /** The frames that the detector looked at. */
  final List<Integer> looks = new ArrayList<>();

  /** How many faces were followed, by call. */
  final List<Integer> followed = new ArrayList<>();

  /** A person whose face in frame t is what {@code actor} gives; a size of 0 is not there. */
  World with(String person, IntFunction<Actor> actor) {
    actors.put(person, actor);
    return this;
  }

  World missing(String person, int from, int to) {
    for (int t = from; t < to; t++) {
      missedByDetector.computeIfAbsent(t, key -> new ArrayList<>()).add(person);
    }
    return this;
  }

  static Actor at(String person, double x, double y) {
    return new Actor(person, x, y, 100, .99);
  }

  static Actor gone(String person) {
    return new Actor(person, 0, 0, 0, 0);
  }

  /** The frame's number is its first pixel. */
  static RgbImage frame(int t) {
    byte[] grey = new byte[3 * WIDTH * HEIGHT];
    grey[0] = (byte) t;
    grey[1] = (byte) (t >> 8);
    return RgbImage.wrap(grey, 0, WIDTH, HEIGHT, 3 * WIDTH, PixelFormat.RGB);
  }

  static int number(RgbImage frame) {
    int rgb = frame.rgb(0, 0);
    return (rgb >> 16) | (rgb & 0xff00);
  }

  private List<Actor> visible(int t) {
    return actors.values().stream()
        .map(actor -> actor.apply(t))
        .filter(actor -> actor.size > 0)
        .toList();
  }

  String personAt(RgbImage frame, Point place) {
    return visible(number(frame)).stream()
        .filter(actor -> actor.middle().distanceTo(place) < actor.size / 2)
        .min((a, b) -> Double.compare(a.middle().distanceTo(place), b.middle().distanceTo(place)))
        .map(Actor::person)
        .orElse("nobody");
  }

  static DetectedFace face(Actor actor) {
    return face(actor.x, actor.y, actor.size, actor.presence);
  }

  static DetectedFace face(double x, double y, double size, double presence) {
    float[] xyz = new float[3 * LandmarkScheme.FACE_MESH_468.size()];
    for (int i = 0; i < xyz.length; i += 3) {
      // Points 33, 133, 362 and 263 are the corners of the eyes.
      double side = i / 3 == 33 || i / 3 == 133 ? -1 : i / 3 == 362 || i / 3 == 263 ? 1 : 0;
      xyz[i] = (float) (x + side * size / 4);
      xyz[i + 1] = (float) y;
    }
    return new DetectedFace(
        Box.around(new Point(x, y), size, size),
        .9,
        Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz),
        presence);
  }

  @Override
  public List<DetectedFace> detect(RgbImage image) {
    int t = number(image);
    looks.add(t);
    List<String> missed = missedByDetector.getOrDefault(t, List.of());
    return visible(t).stream()
        .filter(actor -> !missed.contains(actor.person))
        .map(World::face)
        .toList();
  }

  /** The nearest face within half its size of where it is expected; a presence of 0 without one. */
  @Override
  public List<DetectedFace> follow(RgbImage frame, List<Place> faces) {
    followed.add(faces.size());
    List<DetectedFace> now = new ArrayList<>();
    for (Place place : faces) {
      Point expected = place.last().box().translate(place.shift().x(), place.shift().y()).centre();
      now.add(
          visible(number(frame)).stream()
              .filter(actor -> actor.middle().distanceTo(expected) < actor.size / 2)
              .min(
                  (a, b) ->
                      Double.compare(
                          a.middle().distanceTo(expected), b.middle().distanceTo(expected)))
              .map(World::face)
              .orElseGet(() -> face(expected.x(), expected.y(), place.last().box().width(), 1e-4)));
    }
    return now;
  }
}
