package dev.mfr.video;

import static com.google.common.base.Preconditions.checkState;
import static com.google.common.collect.ImmutableList.toImmutableList;

import dev.mfr.LandmarkDetector;
import dev.mfr.face.DetectedFace;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Joins faces from frame to frame by their place. */
final class PlaceTracker implements FaceTracker {
  /*
   * A frame:
   * 1. Unless a look of the detector is due, every face that was seen in the last frame is followed. A doubtful one makes
   *    the look due.
   * 2. In a look, detections go to the tracks whose boxes they overlap most, then to lost tracks near whose place they
   *    are; the others begin tracks. Tracks that the detector refuses are followed, if they were not yet, and judged.
   * 3. Where two tracks are on one face, one of them slid there from a face that is hidden now: it is lost.
   *
   * Presences, measured on the mesh network with photographs of LFW (docs/decisions/0019): where a face has been covered
   * or has left, 98 % are below 0.05; under drawn masks, in motion and with noise, 2 % to 6 % of the frames are, so
   * that the detector has to agree. The mean under masks is 0.99, and one in ten is below one half.
   */

  /** Below, a face is gone unless the detector finds it in the same frame. */
  private static final double GONE = .05;

  /** Below, a face is in doubt: the detector is asked every CONFIRM frames. */
  private static final double DOUBTFUL = .5;

  /** From here on a face is believed against the detector, which misses turned and cut faces. */
  private static final double SURE = .88;

  private static final int CONFIRM = 5;

  /** A face that grows or shrinks more in one frame is in doubt. */
  private static final double JUMP_SIZE = 1.35;

  /** So is one that is further from where it is expected, in box widths. */
  private static final double JUMP_DISTANCE = .35;

  /** How many looks in a row may refuse a face. */
  private static final int REFUSALS = 2;

  private static final int REFUSALS_WHEN_SURE = 4;

  /** Intersection over union from which on a detection is a track's face. */
  private static final double SAME_PLACE = .3;

  /** How near the eyes of two faces lie that are one, as a share of the eyes' distance. */
  private static final double SAME_EYES = .35;

  /**
   * How far a face may come back from where it is expected: at first, and more by frame, in box
   * widths.
   */
  private static final double RETURN_DISTANCE = .6;

  private static final double RETURN_DISTANCE_PER_FRAME = .03;

  /** By how much its size may differ. */
  private static final double RETURN_SIZE = 1.7;

  /** How fast the motion of a face that is not seen is taken to fade, by frame. */
  private static final double FADING = .95;

  /** The share of the last motion that a face is expected to go on by. */
  private static final double ANTICIPATION = .5;

  private final LandmarkDetector detector;
  private final @Nullable FaceFollower follower;
  private final TrackingOptions options;

  /** By number: they are only ever added at the end. */
  private final List<Track> tracks = new ArrayList<>();

  private long lastTrack;
  private long frameNumber;
  private long lastLook;
  private int width;
  private int height;

  PlaceTracker(
      LandmarkDetector detector, @Nullable FaceFollower follower, TrackingOptions options) {
    this.detector = detector;
    this.follower = follower;
    this.options = options;
  }

  private static final class Track {
    final long number;
    final long firstFrame;
    DetectedFace detected;

    /** As of the frame before, until the frame is over. */
    DetectedFace last;

    /** In this frame; null while it is not known, and for a lost track. */
    @Nullable DetectedFace now;

    TrackState state = TrackState.DETECTED;
    Point velocity = new Point(0, 0);
    int refusals;
    int missing;

    Track(long number, long frame, DetectedFace face) {
      this.number = number;
      this.firstFrame = frame;
      this.detected = face;
      this.last = face;
    }

    boolean isLost() {
      return state == TrackState.LOST;
    }

    void see(DetectedFace face, TrackState how) {
      now = face;
      state = how;
      if (how == TrackState.DETECTED) {
        detected = face;
        refusals = 0;
      }
    }

    void lose() {
      now = null;
      state = TrackState.LOST;
    }

    /** The box where the face is, or where it is expected while this frame is not known. */
    Box box() {
      if (now != null) {
        return now.box();
      }
      double frames = (1 - Math.pow(FADING, missing + 1)) / (1 - FADING);
      return last.box().translate(frames * velocity.x(), frames * velocity.y());
    }

    Point shift() {
      return new Point(ANTICIPATION * velocity.x(), ANTICIPATION * velocity.y());
    }

    double surprise() {
      DetectedFace face = now;
      if (face == null) {
        return 0;
      }
      Point expected = last.box().translate(velocity.x(), velocity.y()).centre();
      return face.box().centre().distanceTo(expected);
    }

    void endFrame() {
      DetectedFace face = now;
      if (face == null) {
        missing++;
        return;
      }
      Point before = last.box().centre();
      Point after = face.box().centre();
      // After an absence only the place counts: how the face moved meanwhile is not known.
      velocity =
          missing > 0
              ? new Point(0, 0)
              : new Point(
                  (velocity.x() + after.x() - before.x()) / 2,
                  (velocity.y() + after.y() - before.y()) / 2);
      missing = 0;
      last = face;
      now = null;
    }
  }

  @Override
  public List<TrackedFace> track(RgbImage frame) {
    if (frame.width() != width || frame.height() != height) {
      reset();
      width = frame.width();
      height = frame.height();
    }
    frameNumber++;
    // A frame that failed may have left some.
    tracks.forEach(track -> track.now = null);
    boolean look = isLookDue();
    if (!look) {
      follow(frame);
      look = isAnyInDoubt();
    }
    if (look) {
      look(frame);
    }
    separate();
    return endFrame();
  }

  private boolean isLookDue() {
    if (follower == null || lastLook == 0) {
      return true;
    }
    boolean searching = tracks.isEmpty() || tracks.stream().anyMatch(Track::isLost);
    return frameNumber - lastLook >= (searching ? options.searchEvery() : options.detectEvery());
  }

  private void follow(RgbImage frame) {
    if (follower == null) {
      return;
    }
    List<Track> open = tracks.stream().filter(t -> !t.isLost() && t.now == null).toList();
    if (open.isEmpty()) {
      return;
    }
    List<FaceFollower.Place> places =
        open.stream()
            .map(t -> new FaceFollower.Place(t.detected, t.last, t.shift()))
            .collect(toImmutableList());
    List<DetectedFace> faces = follower.follow(frame, places);
    checkState(
        faces.size() == open.size(),
        "the follower gave %s faces for %s places",
        faces.size(),
        open.size());
    for (int i = 0; i < open.size(); i++) {
      Track track = open.get(i);
      track.see(faces.get(i), TrackState.FOLLOWED);
      if (!isInside(faces.get(i).box().centre())) {
        track.lose();
      }
    }
  }

  private boolean isInside(Point p) {
    return p.x() >= 0 && p.y() >= 0 && p.x() < width && p.y() < height;
  }

  private boolean isAnyInDoubt() {
    boolean confirm = frameNumber - lastLook >= CONFIRM;
    for (Track track : tracks) {
      DetectedFace face = track.now;
      if (face != null
          && (face.presence() < GONE
              || (face.presence() < DOUBTFUL && (confirm || track.refusals > 0))
              || hasJumped(track, face))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasJumped(Track track, DetectedFace face) {
    double width = Math.max(track.last.box().width(), 1e-9);
    double ratio = face.box().width() / width;
    return ratio > JUMP_SIZE || ratio < 1 / JUMP_SIZE || track.surprise() > JUMP_DISTANCE * width;
  }

  private void look(RgbImage frame) {
    List<DetectedFace> found = new ArrayList<>(detector.detect(frame));
    lastLook = frameNumber;
    List<Track> seen = new ArrayList<>(tracks.stream().filter(t -> !t.isLost()).toList());
    List<Track> lost = new ArrayList<>(tracks.stream().filter(Track::isLost).toList());
    join(
        found,
        seen,
        (face, track) -> {
          double overlap = face.box().intersectionOverUnion(track.box());
          return overlap > SAME_PLACE ? 1 - overlap : Double.NaN;
        });
    join(found, lost, PlaceTracker::returnDistance);
    follow(frame);
    for (Track track : seen) {
      judge(track);
    }
    for (DetectedFace face : found) {
      Track track = new Track(++lastTrack, frameNumber, face);
      track.see(face, TrackState.DETECTED);
      tracks.add(track);
    }
  }

  /** How far a face is from a track; NaN when they are not the same. */
  private interface Distance {
    double of(DetectedFace face, Track track);
  }

  private record Pair(int face, Track track, double distance) {}

  /** The nearest pairs first; what was joined is taken out of both lists. */
  private static void join(List<DetectedFace> faces, List<Track> from, Distance distance) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < faces.size(); i++) {
      for (Track track : from) {
        double d = distance.of(faces.get(i), track);
        if (!Double.isNaN(d)) {
          pairs.add(new Pair(i, track, d));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(Pair::distance));
    BitSet joined = new BitSet();
    for (Pair pair : pairs) {
      if (!joined.get(pair.face) && from.remove(pair.track)) {
        joined.set(pair.face);
        pair.track.see(faces.get(pair.face), TrackState.DETECTED);
      }
    }
    for (int i = faces.size() - 1; i >= 0; i--) {
      if (joined.get(i)) {
        faces.remove(i);
      }
    }
  }

  private static double returnDistance(DetectedFace face, Track track) {
    Box expected = track.box();
    double size = Math.max(expected.width(), 1e-9);
    double ratio = face.box().width() / size;
    double distance = face.box().centre().distanceTo(expected.centre()) / size;
    boolean near = distance <= RETURN_DISTANCE + RETURN_DISTANCE_PER_FRAME * track.missing;
    return near && ratio <= RETURN_SIZE && ratio >= 1 / RETURN_SIZE ? distance : Double.NaN;
  }

  /** A track that the detector refused. */
  private void judge(Track track) {
    DetectedFace face = track.now;
    if (face == null) {
      track.lose();
      return;
    }
    track.refusals++;
    int allowed = face.presence() >= SURE ? REFUSALS_WHEN_SURE : REFUSALS;
    if (face.presence() < GONE || track.refusals >= allowed) {
      track.lose();
    }
  }

  private void separate() {
    for (int i = 0; i < tracks.size(); i++) {
      for (int j = i + 1; j < tracks.size(); j++) {
        Track a = tracks.get(i);
        Track b = tracks.get(j);
        if (a.now != null && b.now != null && isSameFace(a.now, b.now)) {
          (isKept(a, b) ? b : a).lose();
        }
      }
    }
  }

  private static boolean isSameFace(DetectedFace a, DetectedFace b) {
    double moved =
        (a.landmarks().rightEye().distanceTo(b.landmarks().rightEye())
                + a.landmarks().leftEye().distanceTo(b.landmarks().leftEye()))
            / 2;
    return moved < SAME_EYES * Math.min(a.landmarks().eyeDistance(), b.landmarks().eyeDistance());
  }

  private static boolean isKept(Track older, Track younger) {
    if (older.state != younger.state) {
      return older.state == TrackState.DETECTED;
    }
    return older.surprise() <= younger.surprise();
  }

  private List<TrackedFace> endFrame() {
    List<TrackedFace> faces = new ArrayList<>(tracks.size());
    tracks.forEach(Track::endFrame);
    tracks.removeIf(track -> track.missing > options.memory());
    for (Track track : tracks) {
      faces.add(
          new TrackedFace(track.number, frameNumber - track.firstFrame, track.state, track.last));
    }
    return List.copyOf(faces);
  }

  @Override
  public void reset() {
    tracks.clear();
    lastLook = 0;
  }

  /** {@return the detector and the options} */
  @Override
  public String toString() {
    return "FaceTracker[" + detector + ", " + options + "]";
  }
}
