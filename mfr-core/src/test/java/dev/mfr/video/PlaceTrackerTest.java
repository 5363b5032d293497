package dev.mfr.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Oracle: a world in which it is known who is where. */
class PlaceTrackerTest {

  /** What a tracker says of the frames from 0 on. */
  private static List<List<TrackedFace>> run(FaceTracker tracker, int frames) {
    List<List<TrackedFace>> all = new ArrayList<>();
    for (int t = 0; t < frames; t++) {
      all.add(tracker.track(World.frame(t)));
    }
    return all;
  }

  private static FaceTracker following(World world) {
    return FaceTracker.following(world, world, TrackingOptions.defaults());
  }

  private static Set<Long> tracksOf(World world, List<List<TrackedFace>> frames, String person) {
    Set<Long> tracks = new HashSet<>();
    for (int t = 0; t < frames.size(); t++) {
      for (TrackedFace face : frames.get(t)) {
        if (face.isVisible()
            && world.personAt(World.frame(t), face.face().box().centre()).equals(person)) {
          tracks.add(face.track());
        }
      }
    }
    return tracks;
  }

  @Test
  void track_oneFaceThatMoves_keepsItsNumberAndDetectsEveryFifteenFrames() {
    World world = new World().with("ann", t -> World.at("ann", 200 + 2 * t, 240));

    List<List<TrackedFace>> frames = run(following(world), 61);

    assertThat(world.looks).containsExactly(0, 15, 30, 45, 60);
    assertThat(world.followed).hasSize(56).containsOnly(1);
    for (int t = 0; t < frames.size(); t++) {
      TrackedFace face = frames.get(t).get(0);
      assertThat(frames.get(t)).hasSize(1);
      assertThat(face.track()).isEqualTo(1);
      assertThat(face.age()).isEqualTo(t);
      assertThat(face.state()).isEqualTo(t % 15 == 0 ? TrackState.DETECTED : TrackState.FOLLOWED);
      assertThat(face.face().box().centre().x()).isEqualTo(200 + 2 * t);
    }
  }

  @Test
  void track_newFaceWhileAllAreFollowed_foundWithinTheInterval() {
    World world =
        new World()
            .with("ann", t -> World.at("ann", 150, 240))
            .with("bob", t -> t < 17 ? World.gone("bob") : World.at("bob", 450, 240));

    List<List<TrackedFace>> frames = run(following(world), 40);

    assertThat(frames.get(29)).hasSize(1);
    assertThat(frames.get(30)).extracting(TrackedFace::track).containsExactly(1L, 2L);
  }

  @Test
  void track_nobodyThere_searchesEveryThirdFrame() {
    World world =
        new World().with("ann", t -> t < 8 ? World.gone("ann") : World.at("ann", 150, 240));

    List<List<TrackedFace>> frames = run(following(world), 12);

    assertThat(world.looks).containsExactly(0, 3, 6, 9);
    assertThat(frames.get(8)).isEmpty();
    assertThat(frames.get(9)).hasSize(1);
  }

  @Test
  void track_faceCoveredForAWhile_lostAtOnceAndBackUnderItsNumber() {
    World world =
        new World()
            .with(
                "ann", t -> t >= 20 && t < 32 ? World.gone("ann") : World.at("ann", 200 + t, 240));

    List<List<TrackedFace>> frames = run(following(world), 40);

    assertThat(frames.get(19).get(0).isVisible()).isTrue();
    for (int t = 20; t < 32; t++) {
      TrackedFace face = frames.get(t).get(0);
      assertThat(face.state()).isEqualTo(TrackState.LOST);
      assertThat(face.face().box().centre().x()).as("the last place seen").isEqualTo(219);
    }
    // The search is every third frame, so it is seen again at 34 at the latest.
    assertThat(frames.get(34).get(0).isVisible()).isTrue();
    assertThat(frames.get(39)).singleElement().satisfies(f -> assertThat(f.track()).isEqualTo(1));
  }

  @Test
  void track_faceAwayLongerThanTheMemory_comesBackAsAnother() {
    World world =
        new World()
            .with("ann", t -> t >= 20 && t < 60 ? World.gone("ann") : World.at("ann", 200, 240));

    List<List<TrackedFace>> frames = run(following(world), 66);

    assertThat(frames.get(49)).hasSize(1);
    assertThat(frames.get(50)).as("31 frames after it was lost").isEmpty();
    assertThat(frames.get(65)).singleElement().satisfies(f -> assertThat(f.track()).isEqualTo(2));
  }

  @Test
  void track_faceThatComesBackElsewhere_isAnother() {
    World world =
        new World()
            .with(
                "ann",
                t ->
                    t < 10
                        ? World.at("ann", 100, 240)
                        : t < 16 ? World.gone("ann") : World.at("ann", 500, 240));

    List<List<TrackedFace>> frames = run(following(world), 20);

    assertThat(frames.get(19)).extracting(TrackedFace::track).containsExactly(1L, 2L);
    assertThat(frames.get(19).get(0).isVisible()).isFalse();
  }

  @Test
  void track_faceThatLeaves_lostWhenItsMiddleIsOutside() {
    World world = new World().with("ann", t -> World.at("ann", 60 - 5 * t, 240));

    List<List<TrackedFace>> frames = run(following(world), 16);

    assertThat(frames.get(12).get(0).isVisible()).as("at x = 0").isTrue();
    assertThat(frames.get(13).get(0).isVisible()).as("at x = -5").isFalse();
  }

  @Test
  void track_maskedFaceOfLowPresence_isFollowedAndTheDetectorAskedEveryFifthFrame() {
    World world = new World().with("ann", t -> new World.Actor("ann", 200 + t, 240, 100, .2));

    List<List<TrackedFace>> frames = run(following(world), 21);

    assertThat(world.looks).containsExactly(0, 5, 10, 15, 20);
    assertThat(frames).allSatisfy(faces -> assertThat(faces.get(0).isVisible()).isTrue());
    assertThat(tracksOf(world, frames, "ann")).containsExactly(1L);
  }

  @Test
  void track_lowPresenceThatTheDetectorRefusesTwice_lost() {
    World world =
        new World()
            .with("ann", t -> new World.Actor("ann", 200, 240, 100, .2))
            .missing("ann", 5, 100);

    List<List<TrackedFace>> frames = run(following(world), 7);

    assertThat(frames.get(5).get(0).state()).isEqualTo(TrackState.FOLLOWED);
    assertThat(frames.get(6).get(0).state()).isEqualTo(TrackState.LOST);
    assertThat(world.looks).containsExactly(0, 5, 6);
  }

  @Test
  void track_surePresenceThatTheDetectorRefuses_followedForFourLooks() {
    World world = new World().with("ann", t -> World.at("ann", 200, 240)).missing("ann", 1, 100);

    List<List<TrackedFace>> frames = run(following(world), 61);

    assertThat(frames.get(59).get(0).state()).isEqualTo(TrackState.FOLLOWED);
    assertThat(frames.get(60).get(0).state()).isEqualTo(TrackState.LOST);
  }

  @Test
  void track_presenceGone_lostUnlessTheDetectorAgrees() {
    World seen =
        new World().with("ann", t -> new World.Actor("ann", 200, 240, 100, t == 7 ? .001 : .9));
    World missed =
        new World()
            .with("ann", t -> new World.Actor("ann", 200, 240, 100, t == 7 ? .001 : .9))
            .missing("ann", 7, 8);

    assertThat(run(following(seen), 8).get(7).get(0).state()).isEqualTo(TrackState.DETECTED);
    assertThat(run(following(missed), 8).get(7).get(0).state()).isEqualTo(TrackState.LOST);
  }

  @Test
  void track_faceThatJumps_isLookedForAtOnce() {
    World world = new World().with("ann", t -> World.at("ann", t < 5 ? 200 : 240, 240));

    List<List<TrackedFace>> frames = run(following(world), 6);

    assertThat(world.looks).containsExactly(0, 5);
    assertThat(frames.get(5)).singleElement().satisfies(f -> assertThat(f.track()).isEqualTo(1));
  }

  @Test
  void track_twoFacesThatCross_keepTheirNumbers() {
    // Ann goes to the right and passes in front of Bob, who goes to the left and is hidden
    // meanwhile.
    World world =
        new World()
            .with("ann", t -> World.at("ann", 120 + 6 * t, 240))
            .with(
                "bob",
                t ->
                    Math.abs(120 + 6 * t - (520 - 6 * t)) < 70
                        ? World.gone("bob")
                        : World.at("bob", 520 - 6 * t, 250));

    List<List<TrackedFace>> frames = run(following(world), 66);

    Map<String, Set<Long>> tracks = new HashMap<>();
    for (String person : List.of("ann", "bob")) {
      tracks.put(person, tracksOf(world, frames, person));
    }
    assertThat(tracks.get("ann")).hasSize(1);
    assertThat(tracks.get("bob")).hasSize(1);
    assertThat(tracks.get("ann")).doesNotContainAnyElementsOf(tracks.get("bob"));
    assertThat(frames.get(65)).hasSize(2).allMatch(TrackedFace::isVisible);
  }

  @Test
  void track_twoTracksOnOneFace_oneIsLost() {
    // Bob vanishes beside Ann, and what follows him slides onto her.
    World world =
        new World()
            .with("ann", t -> World.at("ann", 200, 240))
            .with("bob", t -> t < 5 ? World.at("bob", 240, 240) : World.gone("bob"));

    List<List<TrackedFace>> frames = run(following(world), 6);

    assertThat(frames.get(4)).hasSize(2).allMatch(TrackedFace::isVisible);
    assertThat(frames.get(5)).filteredOn(TrackedFace::isVisible).hasSize(1);
    assertThat(tracksOf(world, frames.subList(0, 5), "ann"))
        .containsExactly(
            frames.get(5).stream()
                .filter(TrackedFace::isVisible)
                .findFirst()
                .orElseThrow()
                .track());
  }

  @Test
  void track_withoutAFollower_detectsInEveryFrameAndKeepsNumbers() {
    World world =
        new World()
            .with("ann", t -> World.at("ann", 120 + 4 * t, 140))
            .with("bob", t -> World.at("bob", 500 - 4 * t, 340))
            .missing("bob", 10, 12);

    List<List<TrackedFace>> frames = run(world.tracker(TrackingOptions.defaults()), 60);

    assertThat(world.looks).hasSize(60);
    assertThat(world.followed).isEmpty();
    assertThat(frames.get(10)).extracting(TrackedFace::state).contains(TrackState.LOST);
    assertThat(tracksOf(world, frames, "ann")).hasSize(1);
    assertThat(tracksOf(world, frames, "bob")).hasSize(1);
    assertThat(frames.get(59)).hasSize(2);
  }

  @Test
  void track_noMemory_lostFacesAreNotListed() {
    World world =
        new World().with("ann", t -> t == 3 ? World.gone("ann") : World.at("ann", 200, 240));
    FaceTracker tracker =
        FaceTracker.following(
            world, world, TrackingOptions.defaults().withMemory(0).withSearchEvery(1));

    List<List<TrackedFace>> frames = run(tracker, 5);

    assertThat(frames.get(3)).isEmpty();
    assertThat(frames.get(4)).singleElement().satisfies(f -> assertThat(f.track()).isEqualTo(2));
  }

  @Test
  void track_frameOfAnotherSize_beginsANewStream() {
    World world = new World().with("ann", t -> World.at("ann", 100, 100));
    FaceTracker tracker = following(world);
    tracker.track(World.frame(0));
    RgbImage small = RgbImage.wrap(new byte[3 * 320 * 240], 0, 320, 240, 3 * 320, PixelFormat.RGB);

    assertThat(tracker.track(small))
        .singleElement()
        .satisfies(f -> assertThat(f.track()).isEqualTo(2));
  }

  @Test
  void reset_afterwards_detectsAtOnceAndUsesNoNumberAgain() {
    World world = new World().with("ann", t -> World.at("ann", 100, 100));
    FaceTracker tracker = following(world);
    run(tracker, 2);

    tracker.reset();
    List<TrackedFace> faces = tracker.track(World.frame(2));

    assertThat(world.looks).containsExactly(0, 2);
    assertThat(faces).singleElement().satisfies(f -> assertThat(f.track()).isEqualTo(2));
  }

  @Test
  void track_followerThatAnswersForTooFew_saysSo() {
    World world = new World().with("ann", t -> World.at("ann", 100, 100));
    FaceTracker tracker =
        FaceTracker.following(world, (frame, faces) -> List.of(), TrackingOptions.defaults());
    tracker.track(World.frame(0));

    assertThatThrownBy(() -> tracker.track(World.frame(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("0 faces for 1 places");
  }
}
