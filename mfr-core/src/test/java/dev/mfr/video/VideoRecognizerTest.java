package dev.mfr.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mfr.Classification;
import dev.mfr.Classifier;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.RankedIdentity;
import dev.mfr.RoiCropper;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Oracle: a world in which it is known who is where. */
class VideoRecognizerTest {

  /** The batches that the classifier was given. */
  private final List<Integer> batches = new ArrayList<>();

  /** Says who stands where the view's outline is; in wrong frames it says "bob". */
  private MaskedFaceRecognizer recognizer(World world, List<Integer> wrongFrames) {
    RoiCropper cropper =
        (image, face) ->
            FaceViews.of(
                FaceView.of(
                    "roi",
                    world.personAt(image, face.box().centre()) + World.number(image),
                    image));
    Classifier classifier =
        faces -> {
          batches.add(faces.size());
          return faces.stream()
              .map(
                  face -> {
                    String person = face.list().get(0).recipe().replaceAll("[0-9]", "");
                    int t = Integer.parseInt(face.list().get(0).recipe().replaceAll("[^0-9]", ""));
                    return Classification.known(
                        List.of(
                            wrongFrames.contains(t)
                                ? new RankedIdentity("bob", .99)
                                : new RankedIdentity(person, .8)));
                  })
              .toList();
        };
    return MaskedFaceRecognizer.builder()
        .detector(world)
        .cropper(cropper)
        .classifier(classifier)
        .build();
  }

  private static List<VideoFrame> run(VideoRecognizer video, int frames) {
    List<VideoFrame> all = new ArrayList<>();
    for (int t = 0; t < frames; t++) {
      all.add(video.recognize(World.frame(t)));
    }
    return all;
  }

  @Test
  void recognize_singleFramesWrong_identityStays() {
    World world = new World().with("ann", t -> World.at("ann", 200 + t, 240));
    try (MaskedFaceRecognizer recognizer = recognizer(world, List.of(3, 4, 9, 20));
        VideoRecognizer video = recognizer.video()) {
      List<VideoFrame> frames = run(video, 40);

      assertThat(frames)
          .allSatisfy(frame -> assertThat(frame.faces().get(0).identity()).contains("ann"));
      assertThat(frames.get(3).faces().get(0).look().orElseThrow().identity()).contains("bob");
    }
  }

  @Test
  void recognize_settledVote_classifiesEveryTenthFrame() {
    World world = new World().with("ann", t -> World.at("ann", 200 + t, 240));
    try (MaskedFaceRecognizer recognizer = recognizer(world, List.of());
        VideoRecognizer video = recognizer.video()) {
      List<VideoFrame> frames = run(video, 41);

      List<Integer> looks = new ArrayList<>();
      for (int t = 0; t < frames.size(); t++) {
        if (frames.get(t).faces().get(0).look().isPresent()) {
          looks.add(t);
        }
      }
      assertThat(looks).containsExactly(0, 1, 2, 3, 4, 10, 20, 30, 40);
      assertThat(batches).hasSize(9);
      assertThat(frames.get(40).faces().get(0).looks()).isEqualTo(9);
      assertThat(frames.get(4).faces().get(0).settled()).isTrue();
      assertThat(frames.get(3).faces().get(0).settled()).isFalse();
    }
  }

  @Test
  void recognize_twoFaces_areOneBatchAndKeepTheirVotes() {
    World world =
        new World()
            .with("ann", t -> World.at("ann", 120 + t, 240))
            .with("carol", t -> World.at("carol", 500 - t, 240));
    try (MaskedFaceRecognizer recognizer = recognizer(world, List.of());
        VideoRecognizer video = recognizer.video()) {
      List<VideoFrame> frames = run(video, 12);

      assertThat(batches).startsWith(2, 2, 2, 2, 2);
      for (int t = 0; t < 12; t++) {
        for (VideoFace face : frames.get(t).faces()) {
          assertThat(face.identity()).contains(world.personAt(World.frame(t), face.box().centre()));
        }
      }
    }
  }

  @Test
  void recognize_faceThatComesBack_keepsItsVoteAndIsLookedAtAgain() {
    World world =
        new World()
            .with("ann", t -> t >= 20 && t < 25 ? World.gone("ann") : World.at("ann", 200, 240));
    try (MaskedFaceRecognizer recognizer = recognizer(world, List.of());
        VideoRecognizer video = recognizer.video()) {
      List<VideoFrame> frames = run(video, 32);

      assertThat(frames.get(22).faces()).isEmpty();
      assertThat(frames.get(22).lost())
          .singleElement()
          .satisfies(f -> assertThat(f.track()).isEqualTo(1));
      VideoFace back = frames.get(25).faces().get(0);
      assertThat(back.track()).isEqualTo(1);
      // Five looks until settled, one at frame 10, and one now.
      assertThat(back.looks()).isEqualTo(7);
      assertThat(back.settled()).isFalse();
      for (int t = 25; t < 30; t++) {
        assertThat(frames.get(t).faces().get(0).look()).as("frame %s", t).isPresent();
      }
      assertThat(frames.get(30).faces().get(0).look().isPresent()).isFalse();
    }
  }

  @Test
  void recognize_rejectedRegion_nobodyKnownForThatReason() {
    World world = new World().with("ann", t -> World.at("ann", 200, 240));
    try (MaskedFaceRecognizer recognizer =
            MaskedFaceRecognizer.builder()
                .detector(world)
                .cropper((image, face) -> FaceViews.rejected("too blurred"))
                .classifier(
                    faces -> {
                      throw new AssertionError("nothing to classify");
                    })
                .build();
        VideoRecognizer video = recognizer.video()) {
      VideoFace face = run(video, 3).get(2).faces().get(0);

      assertThat(face.identity()).isEmpty();
      assertThat(face.classification().explanation()).isEqualTo("too blurred");
      assertThat(face.looks()).isZero();
    }
  }

  @Test
  void recognize_noFace_isAnEmptyFrame() {
    try (MaskedFaceRecognizer recognizer = recognizer(new World(), List.of());
        VideoRecognizer video = recognizer.video()) {
      assertThat(run(video, 3)).allSatisfy(frame -> assertThat(frame.faces()).isEmpty());
      assertThat(batches).isEmpty();
    }
  }

  @Test
  void reset_afterwards_nothingIsKnown() {
    World world = new World().with("ann", t -> World.at("ann", 200, 240));
    try (MaskedFaceRecognizer recognizer = recognizer(world, List.of());
        VideoRecognizer video = recognizer.video()) {
      run(video, 5);
      video.reset();

      VideoFace face = video.recognize(World.frame(5)).faces().get(0);
      assertThat(face.track()).isEqualTo(2);
      assertThat(face.looks()).isEqualTo(1);
    }
  }

  @Test
  void recognize_recognizerClosed_refuses() {
    World world = new World().with("ann", t -> World.at("ann", 200, 240));
    MaskedFaceRecognizer recognizer = recognizer(world, List.of());
    VideoRecognizer video = recognizer.video();
    recognizer.close();

    assertThatThrownBy(() -> video.recognize(World.frame(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void close_ownTracker_isClosedAndTheRecognizerStaysOpen() {
    List<String> closed = new ArrayList<>();
    FaceTracker tracker =
        new FaceTracker() {
          @Override
          public List<TrackedFace> track(RgbImage frame) {
            return List.of();
          }

          @Override
          public void reset() {}

          @Override
          public void close() {
            closed.add("tracker");
          }
        };
    World world = new World().with("ann", t -> World.at("ann", 200, 240));
    try (MaskedFaceRecognizer recognizer = recognizer(world, List.of())) {
      VideoRecognizer.builder(recognizer).tracker(tracker).build().close();

      assertThat(closed).containsExactly("tracker");
      assertThat(recognizer.recognize(World.frame(0)).identities()).containsExactly("ann");
    }
  }

  @Test
  void classifyEvery_nonsense_saysWhat() {
    try (MaskedFaceRecognizer recognizer = recognizer(new World(), List.of())) {
      VideoRecognizer.Builder builder = VideoRecognizer.builder(recognizer);

      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder.classifyEvery(0, 10))
          .withMessageContaining("every 0");
    }
  }

  @Test
  void recognize_givenFaces_theDetectorIsNotAsked() {
    World world = new World().with("ann", t -> World.at("ann", 200, 240));
    try (MaskedFaceRecognizer recognizer = recognizer(world, List.of())) {
      var face = World.face(200, 240, 100, .9);

      var recognition = recognizer.recognize(World.frame(0), List.of(face));

      assertThat(world.looks).isEmpty();
      assertThat(recognition.identities()).containsExactly("ann");
      assertThat(recognition.faces().get(0).face()).isSameAs(face);
    }
  }
}
