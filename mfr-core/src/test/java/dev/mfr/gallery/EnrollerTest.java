package dev.mfr.gallery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mfr.Augmentation;
import dev.mfr.LandmarkDetector;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.MfrException;
import dev.mfr.Recognition;
import dev.mfr.RecognizedFace;
import dev.mfr.RoiCropper;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.Embedding;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.LandmarkScheme;
import dev.mfr.face.Landmarks;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.geometry.Box;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.QualityGate;
import dev.mfr.quality.QualityIssue;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Enrolment and recognition with invented parts: each pixel of a picture is a face; its red says
 * who (0 nobody), its green which photograph, its blue how far apart the eyes are, odd when masked.
 */
class EnrollerTest {
  private static final LandmarkDetector DETECTOR =
      image -> {
        List<DetectedFace> faces = new ArrayList<>();
        for (int x = 0; x < image.width(); x++) {
          if (red(image.rgb(x, 0)) != 0) {
            faces.add(face(x, image.rgb(x, 0) & 0xFE));
          }
        }
        return faces;
      };

  private static final RoiCropper CROPPER =
      (image, face) -> {
        int x = (int) Math.round(face.box().centre().x());
        return FaceViews.of(FaceView.of("pixel", "pixel", image.subImage(x, 0, 1, 1)));
      };

  private static DetectedFace face(int x, double eyes) {
    float[] xyz = new float[3 * 468];
    for (int i = 0; i < 468; i++) {
      xyz[3 * i] = (float) (i % 2 == 0 ? x : x + eyes);
    }
    // The corners of both eyes, 33, 133 and 362, 263 of the mesh.
    for (int corner : new int[] {33, 133}) {
      xyz[3 * corner] = x;
    }
    for (int corner : new int[] {362, 263}) {
      xyz[3 * corner] = (float) (x + eyes);
    }
    double side = eyes / 60;
    return new DetectedFace(
        new Box(x - (side / 2), -side / 2, side, side),
        .9,
        Landmarks.of(LandmarkScheme.FACE_MESH_468, xyz),
        .8);
  }

  private static int red(int rgb) {
    return rgb >> 16 & 255;
  }

  private static final class Masks implements MaskStateEstimator {
    @Override
    public String modelId() {
      return "masks:1";
    }

    @Override
    public List<String> viewNames() {
      return List.of("pixel");
    }

    @Override
    public List<MaskReading> estimate(List<FaceViews> faces) {
      return faces.stream()
          .map(
              face ->
                  (PixelNetwork.rgb(face) & 1) == 1
                      ? new MaskReading(MaskState.MASKED, 1)
                      : new MaskReading(MaskState.UNMASKED, 0))
          .toList();
    }

    @Override
    public void close() {}
  }

  /** The face of a person on a photograph. */
  private record Shown(int person, int photograph, int eyes, boolean masked) {
    static Shown of(int person, int photograph) {
      return new Shown(person, photograph, 60, false);
    }

    Shown withMask() {
      return new Shown(person, photograph, eyes, true);
    }
  }

  private static RgbImage picture(Shown... faces) {
    int width = Math.max(1, faces.length);
    byte[] rgb = new byte[3 * width];
    for (int i = 0; i < faces.length; i++) {
      rgb[3 * i] = (byte) faces[i].person();
      rgb[3 * i + 1] = (byte) faces[i].photograph();
      rgb[3 * i + 2] = (byte) (faces[i].eyes() | (faces[i].masked() ? 1 : 0));
    }
    return RgbImage.wrap(rgb, 0, width, 1, 3 * width, PixelFormat.RGB);
  }

  private static final Augmentation DRAWN =
      (original, detector) ->
          List.of(
              original.withVariant(
                  "mask",
                  image -> {
                    byte[] rgb = new byte[3 * image.width()];
                    image.copyInto(rgb);
                    rgb[2] |= 1;
                    return RgbImage.wrap(
                        rgb, 0, image.width(), 1, 3 * image.width(), PixelFormat.RGB);
                  }));

  private final Gallery gallery = Gallery.inMemory();
  private final GalleryClassifier classifier =
      new GalleryClassifier(
          new FaceEncoder(
              new PixelNetwork("net:1", rgb -> rgb & 0xFF01, faces -> {}, () -> {}), new Masks()),
          gallery,
          Calibration.single(new GalleryModel("net:1", "pixel", Faces.LENGTH), .8),
          GalleryOptions.defaults());
  private final MaskedFaceRecognizer recognizer =
      MaskedFaceRecognizer.builder()
          .detector(DETECTOR)
          .cropper(CROPPER)
          .classifier(classifier)
          .build();
  private final EnrolmentOptions masking =
      EnrolmentOptions.defaults().withMaskedCopies(DRAWN).withGate(QualityGate.none());

  @AfterEach
  void close() {
    recognizer.close();
    gallery.close();
  }

  private Enrolment enrol(String name, Shown... faces) {
    return recognizer.enroller(masking).enrol(name, picture(faces));
  }

  @Test
  void enrol_photograph_addsItsTemplateAndAMaskedOne() {
    Enrolment enrolment = enrol("Ada", Shown.of(1, 1));

    assertThat(enrolment.outcome()).isEqualTo(Enrolment.Outcome.ENROLLED);
    assertThat(enrolment.isEnrolled()).isTrue();
    assertThat(enrolment.mask().state()).isEqualTo(MaskState.UNMASKED);
    assertThat(gallery.find("Ada").orElseThrow().templates())
        .isEqualTo(enrolment.templates())
        .extracting(Template::origin)
        .containsExactly(TemplateOrigin.PHOTOGRAPH, TemplateOrigin.SYNTHETIC_MASK);
    assertThat(enrolment.templates().get(1).mask().state()).isEqualTo(MaskState.MASKED);
    assertThat(gallery.photographCount()).isEqualTo(1);
  }

  @Test
  void enrol_maskedFace_getsNoSecondMask() {
    assertThat(enrol("Ada", Shown.of(1, 1).withMask()).templates())
        .extracting(Template::origin)
        .containsExactly(TemplateOrigin.PHOTOGRAPH);
  }

  @Test
  void enrol_withoutMaskedCopies_addsOneTemplate() {
    Enroller enroller = recognizer.enroller(masking.withMaskedCopies(Augmentation.NONE));

    assertThat(enroller.enrol("Ada", picture(Shown.of(1, 1))).templates()).hasSize(1);
  }

  @Test
  void enrol_maskThatCannotBeDrawn_isSaidAndThePhotographEnrolled() {
    Augmentation failing =
        (original, detector) ->
            List.of(
                original.withVariant(
                    "mask",
                    image -> {
                      throw new MfrException("the chin is outside");
                    }));

    Enrolment enrolment =
        recognizer
            .enroller(masking.withMaskedCopies(failing))
            .enrol("Ada", picture(Shown.of(1, 1)));

    assertThat(enrolment.isEnrolled()).isTrue();
    assertThat(enrolment.message()).contains("without a masked template", "the chin is outside");
    assertThat(enrolment.templates()).hasSize(1);
  }

  @Test
  void enrol_sameDrawing_sameTemplates() {
    List<String> looks = new ArrayList<>();
    Augmentation listening =
        (original, detector) -> {
          looks.add(original.name());
          return List.of();
        };
    Enroller enroller = recognizer.enroller(masking.withMaskedCopies(listening));

    Enrolment ada = enroller.enrol("Ada", picture(Shown.of(1, 1)));
    Enrolment bob = enroller.enrol("Bob", picture(Shown.of(1, 1)));

    assertThat(ada.isEnrolled() && bob.isEnrolled()).isTrue();
    assertThat(looks).hasSize(2);
    assertThat(looks.get(0)).isEqualTo(looks.get(1)).doesNotContain("Ada");
  }

  @Test
  void enrol_samePictureTwice_isAlreadyEnrolled() {
    Enrolment first = enrol("Ada", Shown.of(1, 1));
    Enrolment second = enrol("Ada", Shown.of(1, 1));

    assertThat(first.outcome()).isEqualTo(Enrolment.Outcome.ENROLLED);
    assertThat(second.outcome()).isEqualTo(Enrolment.Outcome.ALREADY_ENROLLED);
    assertThat(gallery.templateCount()).isEqualTo(2);
    assertThat(enrol("Ada", Shown.of(1, 2)).outcome()).isEqualTo(Enrolment.Outcome.ENROLLED);
    assertThat(gallery.templateCount()).isEqualTo(4);
  }

  @Test
  void enrol_noFace_isAResult() {
    Enrolment enrolment = enrol("Ada", Shown.of(0, 0));

    assertThat(enrolment.outcome()).isEqualTo(Enrolment.Outcome.NO_FACE);
    assertThat(enrolment.message()).contains("no face was found");
    assertThat(gallery.size()).isZero();
  }

  @Test
  void enrol_twoPeople_asksWhich() {
    RgbImage both = picture(Shown.of(1, 1), Shown.of(2, 1));

    Enrolment asked = recognizer.enroller(masking).enrol("Bob", both);
    assertThat(asked.outcome()).isEqualTo(Enrolment.Outcome.SEVERAL_FACES);
    assertThat(asked.message()).contains("2 people");
    assertThat(asked.faces()).hasSize(2);
    assertThat(gallery.size()).isZero();

    Enrolment chosen = recognizer.enroller(masking).enrol("Bob", both, asked.faces().get(1));
    assertThat(chosen.isEnrolled()).isTrue();
    assertThat(identity(Shown.of(2, 5))).contains("Bob");
    assertThat(identity(Shown.of(1, 5))).isEmpty();
  }

  @Test
  void enrol_personInTheBackground_isNotAskedAbout() {
    Enrolment enrolment = enrol("Ada", new Shown(1, 1, 60, false), new Shown(2, 1, 28, false));

    assertThat(enrolment.isEnrolled()).isTrue();
  }

  @Test
  void enrol_smallFaceInTheMiddle_isNotTakenForTheNearestOne() {
    Shown[] row = new Shown[41];
    Arrays.fill(row, Shown.of(0, 0));
    row[0] = new Shown(1, 1, 60, false);
    row[20] = new Shown(2, 1, 28, false);
    RgbImage edge = picture(row);
    List<DetectedFace> faces = DETECTOR.detect(edge);
    assertThat(faces.get(1).prominence(41, 1)).isGreaterThan(faces.get(0).prominence(41, 1));

    Enrolment enrolment = recognizer.enroller(masking).enrol("Ada", edge);

    // Prominence takes the small one, distances of eyes the large one.
    assertThat(enrolment.outcome()).isEqualTo(Enrolment.Outcome.SEVERAL_FACES);
    assertThat(gallery.size()).isZero();
  }

  @Test
  void enrol_mostProminentIsMeant_takesIt() {
    Enrolment enrolment =
        recognizer
            .enroller(masking.withFaces(EnrolmentOptions.Faces.MOST_PROMINENT))
            .enrol("Ada", picture(Shown.of(9, 1), Shown.of(1, 1), Shown.of(8, 1)));

    assertThat(enrolment.isEnrolled()).isTrue();
    assertThat(identity(Shown.of(1, 7))).contains("Ada");
  }

  @Test
  void enrol_poorPicture_isRefusedWithAdvice() {
    Enroller strict =
        new Enroller(
            DETECTOR,
            (image, face) -> FaceViews.of(FaceView.of("pixel", "pixel", image)),
            classifier,
            (image, face) ->
                new FaceQuality(face.landmarks().eyeDistance(), 1, .5, 0, Optional.empty(), 1, 1),
            DRAWN,
            EnrolmentOptions.defaults()
                .withGate(QualityGate.none().toBuilder().minEyeDistance(70).build()));

    Enrolment enrolment = strict.enrol("Ada", picture(Shown.of(1, 1)));

    assertThat(enrolment.outcome()).isEqualTo(Enrolment.Outcome.POOR_QUALITY);
    assertThat(enrolment.verdict().has(QualityIssue.Kind.TOO_SMALL)).isTrue();
    assertThat(enrolment.message()).contains("Come closer");
    assertThat(enrolment.quality().orElseThrow().eyeDistance()).isEqualTo(60);
    assertThat(gallery.size()).isZero();
  }

  @Test
  void enrol_faceOfSomebodyElse_namesTheLookalike() {
    enrol("Ada", Shown.of(1, 1));

    Enrolment again = enrol("Augusta", Shown.of(1, 2));

    assertThat(again.isEnrolled()).isTrue();
    assertThat(again.lookalike())
        .hasValueSatisfying(other -> assertThat(other.name()).isEqualTo("Ada"));
    assertThat(enrol("Bob", Shown.of(2, 1)).lookalike()).isEmpty();
  }

  @Test
  void check_enrolsNobody() {
    Enrolment would = recognizer.enroller(masking).check("Ada", picture(Shown.of(1, 1)));

    assertThat(would.outcome()).isEqualTo(Enrolment.Outcome.ENROLLED);
    assertThat(gallery.size()).isZero();
  }

  @Test
  void enrolAll_folderWithABadPicture_enrolsTheRestAndReportsAll() {
    List<LabelledPicture> pictures = new ArrayList<>();
    for (int person = 1; person <= 100; person++) {
      int who = person;
      pictures.add(new LabelledPicture("P" + who, "p" + who, () -> picture(Shown.of(who, 1))));
    }
    pictures.add(
        50,
        new LabelledPicture(
            "bad",
            "bad.jpg",
            () -> {
              throw new MfrException("it is damaged");
            }));
    List<String> heard = new ArrayList<>();
    List<String> failures = new ArrayList<>();

    recognizer
        .enroller(masking)
        .enrolAll(
            pictures,
            (picture, enrolment, failure) -> {
              enrolment.ifPresent(done -> assertThat(gallery.contains(picture.label())).isTrue());
              heard.add(picture.label());
              if (enrolment.isEmpty()) {
                failures.add(picture.label() + ": " + failure);
              }
            });

    assertThat(heard).hasSize(101).doesNotHaveDuplicates();
    assertThat(failures).containsExactly("bad: it is damaged");
    assertThat(gallery.size()).isEqualTo(100);
    assertThat(gallery.templateCount()).isEqualTo(200);
  }

  private static LabelledPicture labelled(String label, Shown face) {
    return new LabelledPicture(label, label + face.photograph(), () -> picture(face));
  }

  private List<Enrolment> enrolAll(LabelledPicture... pictures) {
    List<Enrolment> heard = new ArrayList<>();
    recognizer
        .enroller(masking)
        .enrolAll(
            List.of(pictures), (picture, enrolment, failure) -> heard.add(enrolment.orElseThrow()));
    return heard;
  }

  @Test
  void enrolAll_labelThatCannotBeAName_isTheOutcomeOfThatPicture() {
    List<Enrolment> heard =
        enrolAll(
            labelled("Ada", Shown.of(1, 1)),
            labelled("a\nb", Shown.of(2, 1)),
            labelled("Bob", Shown.of(3, 1)));

    assertThat(heard)
        .extracting(Enrolment::outcome)
        .containsExactly(
            Enrolment.Outcome.ENROLLED, Enrolment.Outcome.ILLEGAL_NAME, Enrolment.Outcome.ENROLLED);
    assertThat(heard.get(1).message()).contains("control characters");
    assertThat(gallery.names()).containsExactly("Ada", "Bob");
  }

  @Test
  void enrolAll_lookalikeAmongTheSamePictures_isNamed() {
    List<Enrolment> heard =
        enrolAll(
            labelled("Ada", Shown.of(1, 1)),
            labelled("Bob", Shown.of(2, 1)),
            labelled("Augusta", Shown.of(1, 2)));

    assertThat(heard)
        .extracting(e -> e.lookalike().isPresent())
        .containsExactly(false, false, true);
    Candidate ada = heard.get(2).lookalike().orElseThrow();
    assertThat(ada.name()).isEqualTo("Ada");
    assertThat(ada.personId()).isEqualTo(gallery.find("Ada").orElseThrow().id());
    assertThat(gallery.names()).containsExactly("Ada", "Augusta", "Bob");
  }

  @Test
  void enrolAll_samePictureTwice_isAlreadyEnrolled() {
    LabelledPicture ada = labelled("Ada", Shown.of(1, 1));

    List<Enrolment> heard = enrolAll(ada, labelled("Ada", Shown.of(1, 1)), ada);

    assertThat(heard)
        .extracting(Enrolment::outcome)
        .containsExactly(
            Enrolment.Outcome.ENROLLED,
            Enrolment.Outcome.ALREADY_ENROLLED,
            Enrolment.Outcome.ALREADY_ENROLLED);
    assertThat(gallery.templateCount()).isEqualTo(2);
  }

  /** What a listener hears of pictures, in words, without ids. */
  private static String words(LabelledPicture picture, Optional<Enrolment> e, String failure) {
    return picture.name()
        + e.map(
                known ->
                    " %s %s %s %s"
                        .formatted(
                            known.outcome(),
                            known.message(),
                            known.templates().stream().map(Template::embedding).toList(),
                            known.lookalike().map(Candidate::name)))
            .orElse(" " + failure);
  }

  /** 70 people with two photographs and a copy of the first, and what cannot be used. */
  private static List<LabelledPicture> manyPictures() {
    List<LabelledPicture> pictures = new ArrayList<>();
    for (int p = 1; p <= 70; p++) {
      pictures.add(labelled("P" + p, Shown.of(p, 1)));
      pictures.add(labelled("P" + p, Shown.of(p, 2)));
      pictures.add(labelled("P" + (p + 1) / 2, Shown.of((p + 1) / 2, 1)));
      if (p % 20 == 0) {
        pictures.add(labelled("Twin" + p, Shown.of(p - p % 3, 3)));
        pictures.add(labelled("nobody", Shown.of(0, 0)));
        pictures.add(labelled("a\nb", Shown.of(p, 4)));
        pictures.add(unreadable("bad" + p));
      }
    }
    return pictures;
  }

  private static LabelledPicture unreadable(String label) {
    return new LabelledPicture(
        label,
        label,
        () -> {
          throw new MfrException("it is damaged");
        });
  }

  private record Heard(List<String> pictures, List<List<Embedding>> templates, List<String> tags) {}

  private Heard enrolAllByThreads(int threads) {
    try (Gallery own = Gallery.inMemory()) {
      GalleryClassifier into =
          new GalleryClassifier(
              classifier.encoder(), own, classifier.calibration(), GalleryOptions.defaults());
      List<String> heard = new ArrayList<>();
      new Enroller(DETECTOR, CROPPER, into, null, DRAWN, masking.withTags(Set.of("staff")))
          .threads(threads)
          .enrolAll(
              manyPictures(),
              (picture, enrolment, failure) -> {
                enrolment
                    .filter(Enrolment::isEnrolled)
                    .ifPresent(done -> assertThat(own.contains(picture.label())).isTrue());
                heard.add(words(picture, enrolment, failure));
              });
      return new Heard(
          heard,
          own.people()
              .map(person -> person.templates().stream().map(Template::embedding).toList())
              .toList(),
          own.people().flatMap(person -> person.tags().stream()).distinct().toList());
    }
  }

  @Test
  void enrolAll_anyNumberOfThreads_saysAndDoesTheSameInTheSameOrder() {
    Heard one = enrolAllByThreads(1);

    assertThat(one.pictures)
        .hasSameSizeAs(manyPictures())
        .anyMatch(line -> line.contains("ALREADY_ENROLLED"))
        .anyMatch(line -> line.matches("Twin.*Optional\\[P\\d+]"))
        .anyMatch(line -> line.contains("NO_FACE"))
        .anyMatch(line -> line.contains("ILLEGAL_NAME"))
        .anyMatch(line -> line.equals("bad20 it is damaged"));
    assertThat(one.pictures)
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .isEqualTo(manyPictures().stream().map(LabelledPicture::name).toList());
    assertThat(one.tags).containsExactly("staff");
    assertThat(enrolAllByThreads(2)).isEqualTo(one);
    assertThat(enrolAllByThreads(7)).isEqualTo(one);
  }

  @Test
  void enrolAll_networkThatFails_throwsItsFailureFromAThreadToo() {
    LandmarkDetector failing =
        image -> {
          if (red(image.rgb(0, 0)) == 66) {
            throw new MfrException("the network failed");
          }
          return DETECTOR.detect(image);
        };
    for (int threads : new int[] {1, 3}) {
      List<String> heard = new ArrayList<>();

      assertThatThrownBy(
              () ->
                  new Enroller(failing, CROPPER, classifier, null, DRAWN, masking)
                      .threads(threads)
                      .enrolAll(manyPictures(), (picture, e, why) -> heard.add(picture.label())))
          .isInstanceOf(MfrException.class)
          .hasMessage("the network failed");

      assertThat(heard).isNotEmpty().filteredOn(name -> name.startsWith("P")).isNotEmpty();
      assertThat(heard).doesNotContain("P66");
      assertThat(gallery.contains("P1")).isTrue();
    }
  }

  @Test
  void enrolAll_interrupted_enrolsWhatIsDecidedAndBeginsNothingMore() {
    for (int threads : new int[] {1, 3}) {
      List<LabelledPicture> pictures = new ArrayList<>();
      Thread caller = Thread.currentThread();
      for (int p = 1; p <= 200; p++) {
        int who = p;
        String name = threads + " threads, " + p;
        pictures.add(
            new LabelledPicture(
                name,
                name,
                () -> {
                  if (who == 30) {
                    caller.interrupt();
                    throw new MfrException("the channel was closed");
                  }
                  return picture(Shown.of(who, 1));
                }));
      }
      List<String> heard = new ArrayList<>();

      assertThatThrownBy(
              () ->
                  recognizer
                      .enroller(masking)
                      .threads(threads)
                      .enrolAll(
                          pictures,
                          (picture, enrolment, failure) -> {
                            assertThat(gallery.contains(picture.label())).isTrue();
                            heard.add(picture.label());
                          }))
          .isInstanceOf(MfrException.class)
          .hasMessageContaining("interrupted");

      assertThat(Thread.interrupted()).isTrue();
      assertThat(heard.size()).isBetween(30 - 1 - 2 * threads, 29);
      assertThat(heard)
          .isEqualTo(
              pictures.subList(0, heard.size()).stream().map(LabelledPicture::label).toList());
    }
  }

  @Test
  void threads_none_isRefused() {
    assertThatThrownBy(() -> recognizer.enroller(masking).threads(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be positive, got 0");
  }

  @Test
  void enrol_tags_areAddedToThoseThatThePersonHas() {
    enrol("Ada", Shown.of(1, 1));
    gallery.retag("Ada", tags -> Set.of("day"));
    Enroller tagging = recognizer.enroller(masking.withTags(Set.of("staff")));

    assertThat(tagging.enrol("Ada", picture(Shown.of(1, 1))).outcome())
        .isEqualTo(Enrolment.Outcome.ALREADY_ENROLLED);
    assertThat(tagging.enrol("Bob", picture(Shown.of(2, 1))).isEnrolled()).isTrue();
    tagging.enrol("Eve", picture(Shown.of(0, 0)));

    assertThat(gallery.find("Ada").orElseThrow().tags()).containsExactlyInAnyOrder("day", "staff");
    assertThat(gallery.find("Ada").orElseThrow().templates()).hasSize(2);
    assertThat(gallery.find("Bob").orElseThrow().tags()).containsExactly("staff");
    assertThat(gallery.names()).containsExactly("Ada", "Bob");
  }

  /** Detections of a picture itself, not of what is drawn on it. */
  private int detections(RgbImage picture, Augmentation copies, Consumer<Enroller> work) {
    AtomicInteger count = new AtomicInteger();
    LandmarkDetector counting =
        image -> {
          if (image == picture) {
            count.incrementAndGet();
          }
          return DETECTOR.detect(image);
        };
    work.accept(new Enroller(counting, CROPPER, classifier, null, copies, masking));
    return count.get();
  }

  @Test
  void enrol_faceOfListedFaces_detectsOnce() {
    RgbImage both = picture(Shown.of(1, 1), Shown.of(2, 1));

    int detections =
        detections(
            both,
            DRAWN,
            enroller -> {
              List<DetectedFace> faces = enroller.faces(both);
              Enrolment chosen = enroller.enrol("Bob", both, faces, faces.get(1));
              assertThat(chosen.isEnrolled()).isTrue();
              assertThat(chosen.faces()).isEqualTo(faces);
            });

    assertThat(detections).isEqualTo(1);
    assertThat(identity(Shown.of(2, 5))).contains("Bob");
  }

  @Test
  void enrol_augmentationThatAsksForTheFace_getsTheOneThatWasFound() {
    Augmentation asking =
        (original, finder) ->
            List.of(
                original.withVariant(
                    "mask",
                    image -> {
                      assertThat(finder.detect(image)).isEqualTo(DETECTOR.detect(image));
                      return DRAWN.copies(original, finder).get(0).source().load();
                    }));
    RgbImage one = picture(Shown.of(1, 1));

    int detections =
        detections(
            one, asking, enroller -> assertThat(enroller.enrol("Ada", one).templates()).hasSize(2));

    assertThat(detections).isEqualTo(1);
  }

  @Test
  void enrol_faceOfAnotherPicture_isRefused() {
    RgbImage one = picture(Shown.of(1, 1));
    DetectedFace other = DETECTOR.detect(picture(Shown.of(0, 0), Shown.of(2, 1))).get(0);
    Enroller enroller = recognizer.enroller(masking);

    assertThatThrownBy(() -> enroller.enrol("Ada", one, enroller.faces(one), other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of the 1 faces that are given");
  }

  private GalleryClassifier classifier(Calibration calibration, GalleryOptions options) {
    return new GalleryClassifier(classifier.encoder(), gallery, calibration, options);
  }

  /** Two pictures each. Of twelve people these are 264 comparisons, and too few searches. */
  private static Calibration people(int count, String recipe) {
    ThresholdCalibrator calibrator =
        ThresholdCalibrator.of(new GalleryModel("net:1", recipe, Faces.LENGTH));
    for (int person = 0; person < count; person++) {
      for (int seed = 0; seed < 2; seed++) {
        calibrator.add(
            "p" + person, person + "/" + seed, MaskState.UNMASKED, Faces.face(person, seed));
      }
    }
    return calibrator.calibrate("few", LocalDate.of(2026, 11, 27));
  }

  @Test
  void classifier_calibrationWithoutSearches_verifiesAndSaysThatItCannotIdentify() {
    GalleryClassifier verifying =
        classifier(people(12, "pixel"), GalleryOptions.builder().falseAcceptRate(.1).build());
    Probe first = recognizer.probe(picture(Shown.of(1, 1))).orElseThrow();
    Probe second = recognizer.probe(picture(Shown.of(1, 2))).orElseThrow();

    assertThat(verifying.verify(first, second).same()).isTrue();
    assertThatThrownBy(() -> verifying.identify(first))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("no thresholds for searches by unmasked probes")
        .hasMessageContaining("good for verification");
  }

  @Test
  void classifier_calibrationThatDoesNotCarryTheDefaultRates_doesWhatItCan() {
    Calibration calibration = people(60, "pixel");
    GalleryClassifier verifying =
        classifier(calibration, GalleryOptions.builder().falseAcceptRate(.01).build());
    GalleryClassifier identifying =
        classifier(calibration, GalleryOptions.builder().falsePositiveRate(.1).build());
    Probe probe = recognizer.probe(picture(Shown.of(1, 1))).orElseThrow();

    assertThat(verifying.verify(probe, probe).same()).isTrue();
    assertThatThrownBy(() -> verifying.identify(probe)).hasMessageContaining("unmasked probes");
    assertThat(identifying.identify(probe).known()).isFalse();
    assertThatThrownBy(() -> identifying.verify(probe, probe))
        .hasMessageContaining("comparisons of two people");
    assertThatThrownBy(
            () -> classifier(calibration, GalleryOptions.builder().falsePositiveRate(.02).build()))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("120 unmasked probes");
  }

  @Test
  void enrol_calibrationWithoutSearches_looksForNoLookalike() {
    enrol("Ada", Shown.of(1, 1));
    Enroller enroller =
        new Enroller(
            DETECTOR,
            CROPPER,
            classifier(people(12, "pixel"), GalleryOptions.defaults()),
            null,
            DRAWN,
            masking);

    Enrolment enrolment = enroller.enrol("Augusta", picture(Shown.of(1, 2)));

    assertThat(enrolment.isEnrolled()).isTrue();
    assertThat(enrolment.lookalike()).isEmpty();
  }

  @Test
  void build_cropThatNothingOffers_isTheGallerysMatter() {
    Gallery foreign = Gallery.inMemory();
    foreign.enrol(
        "Ada",
        List.of(
            Faces.template(
                new GalleryModel("net:1", "a lost crop", Faces.LENGTH), Faces.face(1, 1))));
    MaskedFaceRecognizer.Builder builder =
        MaskedFaceRecognizer.builder()
            .detector(DETECTOR)
            .embedder(new PixelNetwork("net:1", rgb -> 1, faces -> {}, () -> {}))
            .gallery(foreign)
            .galleryOptions(GalleryOptions.builder().calibration(classifier.calibration()).build());

    assertThatThrownBy(builder::build)
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("a lost crop")
        .hasMessageContaining("builder().cropper(…)");
  }

  @Test
  void classifier_falseAcceptRateThatWasNotMeasured_isRefusedAtOnce() {
    assertThatThrownBy(
            () ->
                classifier(
                    people(12, "pixel"), GalleryOptions.builder().falseAcceptRate(1e-4).build()))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("comparisons of two people");
  }

  @Test
  void verify_facesCroppedOtherwiseThanTheCalibrations_isRefused() {
    GalleryClassifier verifying =
        classifier(
            people(12, "another crop"), GalleryOptions.builder().falseAcceptRate(.1).build());
    Probe probe = recognizer.probe(picture(Shown.of(1, 1))).orElseThrow();

    assertThatThrownBy(() -> verifying.verify(probe, probe))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("another crop")
        .hasMessageContaining("calibrate anew");
  }

  @Test
  void classify_rankingWithoutEnd_holdsEverybody() {
    enrol("Ada", Shown.of(1, 1));
    enrol("Bob", Shown.of(2, 1));
    Probe probe = recognizer.probe(picture(Shown.of(1, 3))).orElseThrow();

    Identification all =
        classifier(
                classifier.calibration(),
                GalleryOptions.builder().ranking(Integer.MAX_VALUE).build())
            .identify(probe);

    assertThat(all.candidates()).extracting(Candidate::name).containsExactly("Ada", "Bob");
  }

  private Optional<String> identity(Shown face) {
    return recognizer.recognize(picture(face)).faces().get(0).identity();
  }

  @Test
  void recognize_enrolledAndStranger_areNamedAndNot() {
    enrol("Ada", Shown.of(1, 1));
    enrol("Bob", Shown.of(2, 1));

    Recognition recognition =
        recognizer.recognize(picture(Shown.of(2, 9).withMask(), Shown.of(7, 1)));

    RecognizedFace bob = recognition.faces().get(0);
    assertThat(bob.identity()).contains("Bob");
    assertThat(bob.mask().state()).isEqualTo(MaskState.MASKED);
    assertThat(bob.ranking()).hasSize(2);
    assertThat(bob.classification().similarity()).isGreaterThan(.8);
    assertThat(bob.probability()).isGreaterThan(.5);
    RecognizedFace stranger = recognition.faces().get(1);
    assertThat(stranger.identity()).isEmpty();
    assertThat(recognition.toString()).doesNotContain("Ada", "Bob");
    assertThat(stranger.classification().explanation())
        .contains("is below 0.800")
        .doesNotContain("Ada", "Bob");
  }

  @Test
  void identify_unmaskedProbe_isNotComparedWithDrawnMasks() {
    Enrolment enrolment = enrol("Ada", Shown.of(1, 1));
    Embedding drawn = enrolment.templates().get(1).embedding();
    GalleryModel model = enrolment.templates().get(1).model();

    Identification masked =
        classifier.identify(new Probe(model, drawn, new MaskReading(MaskState.MASKED, 1)));
    Identification unmasked =
        classifier.identify(new Probe(model, drawn, new MaskReading(MaskState.UNMASKED, 0)));

    assertThat(masked.similarity()).isGreaterThan(.999);
    assertThat(unmasked.similarity())
        .isCloseTo(drawn.dot(enrolment.templates().get(0).embedding()), within(1e-5));
  }

  @Test
  void identify_enrolledWithAMask_answersMaskedProbesOnly() {
    enrol("Ada", Shown.of(1, 1).withMask());

    assertThat(identity(Shown.of(1, 2).withMask())).contains("Ada");
    assertThat(identity(Shown.of(1, 2))).isEmpty();
  }

  @Test
  void recognize_emptyGallery_knowsNobodyAndSaysWhy() {
    RecognizedFace face = recognizer.recognize(picture(Shown.of(1, 1))).faces().get(0);

    assertThat(face.identity()).isEmpty();
    assertThat(face.ranking()).isEmpty();
    assertThat(face.classification().explanation()).isEqualTo("the gallery is empty");
  }

  @Test
  void recognize_afterRemoval_knowsThePersonNoMore() {
    enrol("Ada", Shown.of(1, 1));
    assertThat(identity(Shown.of(1, 2))).contains("Ada");

    gallery.remove("Ada");

    assertThat(identity(Shown.of(1, 2))).isEmpty();
  }

  @Test
  void identify_twoNearlyAlike_needTheMargin() {
    enrol("Ada", Shown.of(1, 1));
    enrol("Twin", Shown.of(1, 2));
    Probe probe = recognizer.probe(picture(Shown.of(1, 3))).orElseThrow();
    GalleryClassifier strict =
        new GalleryClassifier(
            classifier.encoder(),
            gallery,
            classifier.calibration(),
            GalleryOptions.builder().minMargin(.5).ranking(1).build());

    Identification plain = classifier.identify(probe);
    Identification careful = strict.identify(probe);

    assertThat(plain.known()).isTrue();
    assertThat(plain.margin())
        .isEqualTo(plain.candidates().get(0).similarity() - plain.candidates().get(1).similarity());
    assertThat(careful.known()).isFalse();
    assertThat(careful.person()).isEmpty();
    assertThat(careful.candidates()).hasSize(2);
    assertThat(careful.margin()).isEqualTo(plain.margin());
  }

  @Test
  void identify_filter_isAskedInsteadOfTheOptions() {
    enrol("Ada", Shown.of(1, 1));
    Probe probe = recognizer.probe(picture(Shown.of(1, 3))).orElseThrow();

    assertThat(recognizer.identify(probe, GalleryFilter.named(List.of("Bob"))).known()).isFalse();
    assertThat(recognizer.identify(probe, GalleryFilter.named(List.of("Ada"))).known()).isTrue();
  }

  @Test
  void verify_pictures_saysWhetherTheyAreOnePerson() {
    Verification same =
        recognizer.verify(picture(Shown.of(1, 1)), picture(Shown.of(1, 2))).orElseThrow();
    Verification other =
        recognizer.verify(picture(Shown.of(1, 1)), picture(Shown.of(2, 2))).orElseThrow();

    assertThat(same.same()).isTrue();
    assertThat(same.similarity())
        .isEqualTo(Faces.face(1, 0x100).dot(Faces.face(1, 0x200)), within(1e-6));
    assertThat(same.threshold().threshold()).isEqualTo(.8);
    assertThat(same.threshold().source()).isNotBlank();
    assertThat(other.same()).isFalse();
    assertThat(other.probability()).isLessThan(.5);
    assertThat(recognizer.verify(picture(Shown.of(1, 1)), picture(Shown.of(0, 0)))).isEmpty();
  }

  @Test
  void build_galleryOfAnotherModel_isRefused() {
    Gallery foreign = Gallery.inMemory();
    foreign.enrol(
        "Ada",
        List.of(
            Faces.template(new GalleryModel("net:2", "pixel", Faces.LENGTH), Faces.face(1, 1))));

    assertThatThrownBy(
            () ->
                new GalleryClassifier(
                    classifier.encoder(),
                    foreign,
                    classifier.calibration(),
                    GalleryOptions.defaults()))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("net:2")
        .hasMessageContaining("net:1");
  }

  @Test
  void build_calibrationOfAnotherModel_isRefused() {
    assertThatThrownBy(
            () ->
                new GalleryClassifier(
                    classifier.encoder(),
                    gallery,
                    Calibration.single(new GalleryModel("net:2", "pixel", Faces.LENGTH), .8),
                    GalleryOptions.defaults()))
        .isInstanceOf(GalleryException.class)
        .hasMessageContaining("calibrate");
  }

  @Test
  void recognizer_withoutGallery_saysHowToGetOne() {
    try (MaskedFaceRecognizer plain =
        MaskedFaceRecognizer.builder()
            .detector(DETECTOR)
            .cropper((image, face) -> FaceViews.rejected("no"))
            .classifier(faces -> List.of())
            .build()) {
      assertThatThrownBy(() -> plain.enrol("Ada", picture(Shown.of(1, 1))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("gallery(…)");
      assertThat(plain.gallery()).isEmpty();
    }
  }
}
