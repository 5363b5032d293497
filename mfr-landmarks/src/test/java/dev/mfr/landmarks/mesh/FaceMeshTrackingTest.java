package dev.mfr.landmarks.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.Portraits;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import dev.mfr.landmarks.mesh.MovingScene.Pose;
import dev.mfr.video.FaceTracker;
import dev.mfr.video.TrackState;
import dev.mfr.video.TrackedFace;
import dev.mfr.video.TrackingOptions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Oracle: the detector itself on each frame, and where the scene puts the faces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaceMeshTrackingTest {
  private FaceMeshDetector detector;
  private RgbImage astronaut;
  private DetectedFace astronautFace;
  private RgbImage hopper;
  private DetectedFace hopperFace;

  @BeforeAll
  void open() {
    detector = FaceMeshDetector.open();
    astronaut = Portraits.astronaut();
    astronautFace = detector.detect(astronaut).get(0);
    hopper = Portraits.graceHopper();
    hopperFace = detector.detect(hopper).get(0);
  }

  @AfterAll
  void close() {
    detector.close();
  }

  private static final int PERIOD = 90;

  /** A head that wanders, nods and comes nearer, by up to a tenth of its width a frame. */
  private static Pose wandering(int t) {
    double phase = 2 * Math.PI * t / PERIOD;
    return new Pose(
        200 + 90 * Math.sin(phase),
        130 + 35 * Math.sin(2 * phase + 1),
        38 + 8 * Math.sin(phase + 2),
        .3 * Math.sin(2 * phase));
  }

  private static double error(Landmarks a, Landmarks b) {
    double sum = 0;
    for (int i = 0; i < b.size(); i++) {
      sum += a.point(i).distanceTo(b.point(i));
    }
    return sum / b.size() / b.eyeDistance();
  }

  private static double mean(List<Double> errors) {
    return errors.stream().mapToDouble(e -> e).average().orElseThrow();
  }

  /** Errors against the detector on the same frame, by frame, of the only track. */
  private List<Double> errors(String name, MovingScene scene, int frames) {
    FaceTracker tracker = detector.tracker(TrackingOptions.defaults());
    List<Double> errors = new ArrayList<>();
    int detected = 0;
    for (int t = 0; t < frames; t++) {
      RgbImage frame = scene.frame(t);
      List<TrackedFace> tracked = tracker.track(frame);
      assertThat(tracked).as("%s, frame %s", name, t).hasSize(1);
      assertThat(tracked.get(0).track()).isEqualTo(1);
      detected += tracked.get(0).state() == TrackState.DETECTED ? 1 : 0;
      if (t % 3 == 1) {
        List<DetectedFace> plain = detector.detect(frame);
        assertThat(plain).as("%s, frame %s", name, t).hasSize(1);
        errors.add(error(tracked.get(0).face().landmarks(), plain.get(0).landmarks()));
      }
    }
    int period = PERIOD / 3;
    System.out.printf(
        "%s, %d frames: video against picture %.2f %% of the eyes' distance, first round %.2f %%, last round %.2f %%, "
            + "worst %.2f %%; %d frames detected%n",
        name,
        frames,
        100 * mean(errors),
        100 * mean(errors.subList(0, period)),
        100 * mean(errors.subList(errors.size() - period, errors.size())),
        100 * errors.stream().mapToDouble(e -> e).max().orElseThrow(),
        detected);
    return errors;
  }

  /** The last round through the same poses is no worse than the first. */
  private static void assertNoDrift(List<Double> errors) {
    int period = PERIOD / 3;
    double first = mean(errors.subList(0, period));
    double last = mean(errors.subList(errors.size() - period, errors.size()));
    assertThat(last).isLessThan(1.1 * first + .002);
  }

  @Test
  void track_movingFace_pointsOfPictureModeWithoutDrift() {
    MovingScene scene =
        new MovingScene(1).with(astronaut, astronautFace, FaceMeshTrackingTest::wandering);

    List<Double> errors = errors("moving", scene, 4 * PERIOD);

    assertThat(mean(errors)).isLessThan(.025);
    assertThat(errors).allMatch(e -> e < .06);
    assertNoDrift(errors);
  }

  @Test
  void track_movingMaskedFace_pointsOfPictureModeWithoutDrift() {
    RgbImage masked =
        MaskSynthesizer.create().synthesize(astronaut, astronautFace.landmarks(), 3).image();
    MovingScene scene =
        new MovingScene(2).with(masked, astronautFace, FaceMeshTrackingTest::wandering);

    List<Double> errors = errors("moving, masked", scene, 4 * PERIOD);

    assertThat(mean(errors)).isLessThan(.05);
    assertThat(errors).allMatch(e -> e < .15);
    assertNoDrift(errors);
  }

  @Test
  void track_stillFace_detectsEveryFifteenthFrameOnly() {
    MovingScene scene =
        new MovingScene(3).with(hopper, hopperFace, t -> new Pose(200, 130, 40, .1));
    FaceTracker tracker = detector.tracker(TrackingOptions.defaults());
    for (int t = 0; t < 31; t++) {
      TrackState state = tracker.track(scene.frame(t)).get(0).state();
      assertThat(state).isEqualTo(t % 15 == 0 ? TrackState.DETECTED : TrackState.FOLLOWED);
    }
  }

  @Test
  void track_sameStillFrame_pointsOfPictureMode() {
    RgbImage frame =
        new MovingScene(4).with(hopper, hopperFace, t -> new Pose(200, 130, 40, .1)).frame(0);
    Landmarks expected = detector.detect(frame).get(0).landmarks();
    FaceTracker tracker = detector.tracker(TrackingOptions.defaults());
    for (int t = 0; t < 15; t++) {
      assertThat(error(tracker.track(frame).get(0).face().landmarks(), expected)).isLessThan(.02);
    }
  }

  @Test
  void track_faceCoveredForTenFrames_lostAtOnceAndFoundAgainUnderItsNumber() {
    MovingScene scene =
        new MovingScene(5)
            .with(astronaut, astronautFace, t -> new Pose(150 + 2 * t, 130, 40, 0))
            .coveredBy(t -> t >= 20 && t < 30 ? new double[] {60 + 2 * t, 30, 210} : new double[0]);
    FaceTracker tracker = detector.tracker(TrackingOptions.defaults());
    for (int t = 0; t < 40; t++) {
      List<TrackedFace> faces = tracker.track(scene.frame(t));

      assertThat(faces).as("frame %s", t).hasSize(1);
      assertThat(faces.get(0).track()).isEqualTo(1);
      boolean covered = t >= 20 && t < 30;
      boolean maybe = t >= 30 && t < 33;
      assertThat(faces.get(0).isVisible() == !covered || maybe).as("frame %s", t).isTrue();
    }
  }

  @Test
  void track_faceThatLeavesAndComesBackLater_noGhostAndAnotherNumber() {
    MovingScene scene =
        new MovingScene(6)
            .with(
                astronaut,
                astronautFace,
                t -> new Pose(t < 60 ? 200 - 8 * t : -280 + 8 * (t - 60), 130, 40, 0));
    FaceTracker tracker = detector.tracker(TrackingOptions.defaults());
    for (int t = 0; t < 125; t++) {
      List<TrackedFace> seen =
          tracker.track(scene.frame(t)).stream().filter(TrackedFace::isVisible).toList();
      if (t < 20) {
        assertThat(seen).singleElement().satisfies(f -> assertThat(f.track()).isEqualTo(1));
      } else if (t > 32 && t < 87) {
        assertThat(seen).as("frame %s, the face is outside", t).isEmpty();
      } else if (t > 108) {
        assertThat(seen).singleElement().satisfies(f -> assertThat(f.track()).isEqualTo(2));
      }
    }
  }

  @Test
  void track_twoFacesThatCross_keepTheirNumbers() {
    // Both are as large; Hopper passes in front and hides the astronaut meanwhile.
    MovingScene scene =
        new MovingScene(7)
            .with(astronaut, astronautFace, t -> new Pose(90 + 4 * t, 120, 34, 0))
            .with(hopper, hopperFace, t -> new Pose(310 - 4 * t, 125, 34, 0));
    FaceTracker tracker = detector.tracker(TrackingOptions.defaults());
    Set<Long> astronauts = new HashSet<>();
    Set<Long> hoppers = new HashSet<>();
    List<TrackedFace> faces = List.of();
    for (int t = 0; t < 56; t++) {
      faces = tracker.track(scene.frame(t)).stream().filter(TrackedFace::isVisible).toList();
      double a = 90 + 4.0 * t;
      double h = 310 - 4.0 * t;
      if (Math.abs(a - h) > 60) {
        for (TrackedFace face : faces) {
          Landmarks points = face.face().landmarks();
          double x = points.rightEye().midpoint(points.leftEye()).x();
          (Math.abs(x - a) < Math.abs(x - h) ? astronauts : hoppers).add(face.track());
        }
      }
    }

    assertThat(faces).hasSize(2);
    assertThat(astronauts).hasSize(1);
    assertThat(hoppers).hasSize(1).doesNotContainAnyElementsOf(astronauts);
  }

  @Test
  void carry_meshMovedByASimilarity_boxMovesWithIt() {
    Random random = new Random(8);
    float[] xyz = new float[3 * LandmarkScheme.FACE_MESH_468.size()];
    for (int i = 0; i < xyz.length; i++) {
      xyz[i] = 100 * random.nextFloat();
    }
    Landmarks from = Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz);
    Affine map =
        Affine.rotation(.4).then(Affine.scaling(1.7, 1.7)).then(Affine.translation(20, -7));
    Box box = new Box(10, 20, 60, 80);

    Box carried = MeshFollower.carry(box, from, from.transform(map));

    Point centre = map.apply(box.centre());
    assertThat(carried.centre().x()).isCloseTo(centre.x(), within(1e-3));
    assertThat(carried.centre().y()).isCloseTo(centre.y(), within(1e-3));
    assertThat(carried.width()).isCloseTo(1.7 * 60, within(1e-3));
    assertThat(carried.height()).isCloseTo(1.7 * 80, within(1e-3));
  }

  @Test
  void carry_noMovement_theSameBox() {
    Landmarks mesh = astronautFace.landmarks();

    Box carried = MeshFollower.carry(astronautFace.box(), mesh, mesh);

    assertThat(carried.x()).isCloseTo(astronautFace.box().x(), within(1e-9));
    assertThat(carried.width()).isCloseTo(astronautFace.box().width(), within(1e-9));
  }
}
