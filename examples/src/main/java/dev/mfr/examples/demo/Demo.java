package dev.mfr.examples.demo;

import dev.mfr.FeatureExtractor;
import dev.mfr.LandmarkDetector;
import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.Recognition;
import dev.mfr.RoiCropper;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.PictureVariants;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mask.MaskedCopies;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.DefaultEmbedder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The main job on one picture of each person: enrol everybody without a mask, then recognise them
 * with masks on; leave each person out in turn, who must then come out as unknown.
 */
public final class Demo {
  /** Unmasked pictures that each person is enrolled with: the portrait and its variants. */
  public static final int ENROLLED = 8;

  /** Masked pictures, and as many unmasked ones, that each person is looked for in. */
  public static final int PROBES = 4;

  private static final long ENROLMENT_SEED = 1;
  private static final long PROBE_SEED = 2;

  private final List<Portrait> portraits;
  private final Runnable step;

  /**
   * @param portraits two people or more
   * @param step called {@link #steps} times while running
   */
  public Demo(List<Portrait> portraits, Runnable step) {
    this.portraits = List.copyOf(portraits);
    this.step = step;
  }

  /** {@return how many steps a run has} */
  public int steps() {
    return 2 * portraits.size() + 1;
  }

  /** A person's pictures: those to enrol with, and those to recognise. */
  private record Person(
      Portrait portrait,
      DetectedFace face,
      List<LabelledPicture> enrolment,
      List<RgbImage> unmasked,
      List<RgbImage> masked) {}

  /** {@return what came out for each person, in the order of the portraits} */
  public List<PersonResult> run() {
    List<Person> people = new ArrayList<>();
    TrainingSet everybody;
    try (FaceMeshDetector detector = FaceMeshDetector.open();
        FaceEmbedder embedder = DefaultEmbedder.open()) {
      for (Portrait portrait : portraits) {
        people.add(prepare(portrait, detector));
        step.run();
      }
      everybody = features(people, detector, embedder);
    }
    List<List<Recognition>> everybodyEnrolled = new ArrayList<>();
    try (MaskedFaceRecognizer recognizer = enrol(people, everybody)) {
      for (Person person : people) {
        everybodyEnrolled.add(recognizer.recognizeAll(person.masked));
      }
    }
    step.run();
    List<PersonResult> results = new ArrayList<>();
    for (int i = 0; i < people.size(); i++) {
      Person person = people.get(i);
      List<Person> others = new ArrayList<>(people);
      others.remove(person);
      try (MaskedFaceRecognizer recognizer = enrol(others, everybody)) {
        results.add(
            new PersonResult(
                person.portrait,
                person.portrait.load(),
                person.face,
                person.masked,
                everybodyEnrolled.get(i),
                recognizer.recognizeAll(person.masked),
                recognizer.recognizeAll(person.unmasked)));
      }
      step.run();
    }
    return results;
  }

  /** Of everybody's pictures and their masked copies, once: people are enrolled several times. */
  private static TrainingSet features(
      List<Person> people, LandmarkDetector detector, FaceEmbedder embedder) {
    List<LabelledPicture> pictures = new ArrayList<>();
    for (Person person : people) {
      for (LabelledPicture picture : person.enrolment) {
        pictures.add(picture);
        pictures.addAll(MaskedCopies.create().copies(picture, detector));
      }
    }
    RoiCropper views = PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib());
    return new FeatureExtractor(detector, views, embedder)
        .threads(Runtime.getRuntime().availableProcessors())
        .extract(pictures, (picture, reason) -> {})
        .trainingSet();
  }

  private static MaskedFaceRecognizer enrol(List<Person> people, TrainingSet everybody) {
    Set<String> names =
        people.stream().map(person -> person.portrait.person()).collect(Collectors.toSet());
    int[] rows =
        IntStream.range(0, everybody.size())
            .filter(row -> names.contains(everybody.labels().get(row)))
            .toArray();
    SoftmaxHead head =
        SoftmaxTrainer.create(TrainingOptions.defaults()).train(everybody.select(rows));
    return MaskedFaceRecognizer.builder().head(head).build();
  }

  private static Person prepare(Portrait portrait, LandmarkDetector detector) {
    RgbImage original = portrait.load();
    LabelledPicture picture =
        new LabelledPicture(portrait.person(), portrait.resource(), () -> original);
    List<LabelledPicture> enrolment = new ArrayList<>(List.of(picture));
    for (LabelledPicture variant : PictureVariants.of(picture, ENROLLED - 1, ENROLMENT_SEED)) {
      // Rendered once, for itself and its masked copies.
      RgbImage pixels = variant.source().load();
      enrolment.add(new LabelledPicture(variant.label(), variant.name(), () -> pixels));
    }
    List<RgbImage> unmasked = new ArrayList<>();
    List<RgbImage> masked = new ArrayList<>();
    for (LabelledPicture variant : PictureVariants.of(picture, PROBES, PROBE_SEED)) {
      RgbImage pixels = variant.source().load();
      unmasked.add(pixels);
      long look = 31L * portrait.person().hashCode() + masked.size();
      masked.add(MaskPainter.mask(pixels, detector, look));
    }
    DetectedFace face =
        MaskPainter.mainFace(original, detector)
            .orElseThrow(() -> new IllegalArgumentException("no face in " + portrait.resource()));
    return new Person(portrait, face, enrolment, unmasked, masked);
  }
}
