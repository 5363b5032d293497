package dev.mfr.gallery;

import static java.util.Objects.requireNonNull;

import dev.mfr.Augmentation;
import dev.mfr.LandmarkDetector;
import dev.mfr.MfrException;
import dev.mfr.RoiCropper;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.quality.FaceQuality;
import dev.mfr.quality.QualityAssessor;
import dev.mfr.quality.QualityVerdict;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Enrols people from pictures: finds the face, measures whether the picture will do, and adds its
 * templates to a gallery.
 *
 * <p>Each picture gives a template of the photograph as it is and, unless the face wears a mask,
 * one of the photograph with a mask drawn on it. The picture itself is not kept. One costs about
 * two recognitions and a drawn mask, some 40 ms of one core.
 *
 * <p>Thread-safe. {@link dev.mfr.MaskedFaceRecognizer#enroller} gives one; it uses the recognizer's
 * parts and closes none.
 */
public final class Enroller {
  private static final int PICTURES_A_STEP = 64;

  private final LandmarkDetector detector;
  private final RoiCropper cropper;
  private final GalleryClassifier classifier;
  private final @Nullable QualityAssessor assessor;
  private final Augmentation maskedCopies;
  private final EnrolmentOptions options;
  private final Clock clock;

  /**
   * An enroller.
   *
   * @param detector finds faces
   * @param cropper gives the views that the classifier's encoder looks at
   * @param classifier has the encoder and the gallery
   * @param assessor measures pictures; null when nobody does, and then the gate lets everything
   *     pass
   * @param maskedCopies draws masks where the options do not say who does
   * @param options what is asked of a picture
   */
  public Enroller(
      LandmarkDetector detector,
      RoiCropper cropper,
      GalleryClassifier classifier,
      @Nullable QualityAssessor assessor,
      Augmentation maskedCopies,
      EnrolmentOptions options) {
    this.detector = detector;
    this.cropper = cropper;
    this.classifier = classifier;
    this.assessor = assessor;
    this.maskedCopies = options.maskedCopies().orElse(maskedCopies);
    this.options = options;
    this.clock = Clock.systemUTC();
  }

  /**
   * Enrols a person from a picture; who is enrolled already gets further templates.
   *
   * @param name the person; as for {@link Gallery#enrol}
   * @param picture shows the person; only read during the call, and not kept
   * @return whether it was done, or what is wrong with the picture
   * @throws GalleryException when the gallery refuses: templates of another model, or the store
   *     fails
   */
  public Enrolment enrol(String name, RgbImage picture) {
    return store(name, prepare(name, picture, null));
  }

  /**
   * Enrols a person from one of the faces of a picture.
   *
   * @param name the person; as for {@link Gallery#enrol}
   * @param picture shows the person; only read during the call, and not kept
   * @param face the person's face, of {@link Enrolment#faces()} or of a detector
   * @return whether it was done, or what is wrong with the picture
   * @throws GalleryException when the gallery refuses
   */
  public Enrolment enrol(String name, RgbImage picture, DetectedFace face) {
    return store(name, prepare(name, picture, face));
  }

  /**
   * {@return what {@link #enrol(String, RgbImage)} would say of a picture; nothing is enrolled}
   *
   * <p>For an enrolment screen, picture by picture. The outcome {@link Enrolment.Outcome#ENROLLED}
   * then means that it would do.
   *
   * @param name the person, who need not be enrolled
   * @param picture only read during the call
   */
  public Enrolment check(String name, RgbImage picture) {
    return prepare(name, picture, null);
  }

  /** Hears of every picture, one after another, on the enrolling thread. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called when it is decided what becomes of a picture and, where it was enrolled, that is on
     * the disk.
     *
     * @param picture the picture
     * @param enrolment what came of it, or empty when it could not be read
     * @param failure why it could not be read, a sentence; empty otherwise
     */
    void onPicture(LabelledPicture picture, Optional<Enrolment> enrolment, String failure);
  }

  /**
   * Enrols the people of labelled pictures. A picture that cannot be used, or whose label cannot be
   * a name, is reported and the rest goes on. People are written many at a time, which is much
   * faster than one by one.
   *
   * @param pictures labelled with the people's names
   * @param listener hears of each picture
   * @throws GalleryException when the gallery refuses; pictures that the listener has heard of are
   *     enrolled
   */
  public void enrolAll(Iterable<LabelledPicture> pictures, Listener listener) {
    try (Step step = new Step(listener)) {
      for (LabelledPicture picture : pictures) {
        add(picture, step);
      }
      step.write();
    }
  }

  private void add(LabelledPicture picture, Step step) {
    try {
      Gallery.checkName(picture.label());
    } catch (IllegalArgumentException e) {
      step.add(
          picture,
          refused(Enrolment.Outcome.ILLEGAL_NAME, String.valueOf(e.getMessage()), List.of()));
      return;
    }
    RgbImage image;
    try {
      image = picture.source().load();
    } catch (MfrException e) {
      step.listener.onPicture(picture, Optional.empty(), String.valueOf(e.getMessage()));
      return;
    }
    Enrolment enrolment = prepare(picture.label(), image, null);
    if (!enrolment.templates().isEmpty()) {
      Template template = enrolment.templates().get(0);
      if (hasAlready(step.gallery, picture.label(), template)) {
        enrolment = alreadyEnrolled(enrolment);
      } else if (enrolment.lookalike().isEmpty() && step.resembles(picture.label(), template)) {
        // Once the other one has an id.
        step.write();
        enrolment = with(enrolment, lookalike(picture.label(), Probe.of(template)));
      }
    }
    step.add(picture, enrolment);
  }

  /** Pictures that are decided on and not yet written, and their people. */
  private final class Step implements AutoCloseable {
    final Listener listener;
    Gallery gallery = Gallery.inMemory();
    private final List<LabelledPicture> pictures = new ArrayList<>();
    private final List<Enrolment> enrolments = new ArrayList<>();

    Step(Listener listener) {
      this.listener = listener;
    }

    void add(LabelledPicture picture, Enrolment enrolment) {
      if (!enrolment.templates().isEmpty()) {
        gallery.enrol(picture.label(), enrolment.templates());
      }
      pictures.add(picture);
      enrolments.add(enrolment);
      if (pictures.size() >= PICTURES_A_STEP) {
        write();
      }
    }

    /** Whether the face might be identified as another person of this step. */
    boolean resembles(String name, Template template) {
      MaskState mask = template.mask().state();
      if (!classifier.identifies(mask)) {
        return false;
      }
      float[] numbers = template.embedding().toArray();
      classifier.calibration().weigh(mask, numbers);
      List<Candidate> nearest =
          gallery.search(numbers, mask, (other, tags) -> !other.equals(name), 1);
      return !nearest.isEmpty() && classifier.threshold(mask).accepts(nearest.get(0).similarity());
    }

    void write() {
      Map<String, List<Template>> templates = new LinkedHashMap<>();
      for (int i = 0; i < pictures.size(); i++) {
        if (!enrolments.get(i).templates().isEmpty()) {
          templates
              .computeIfAbsent(pictures.get(i).label(), name -> new ArrayList<>())
              .addAll(enrolments.get(i).templates());
        }
      }
      if (!templates.isEmpty()) {
        classifier.gallery().enrolAll(templates);
      }
      for (int i = 0; i < pictures.size(); i++) {
        listener.onPicture(pictures.get(i), Optional.of(enrolments.get(i)), "");
      }
      pictures.clear();
      enrolments.clear();
      gallery.close();
      gallery = Gallery.inMemory();
    }

    @Override
    public void close() {
      gallery.close();
    }
  }

  private static Enrolment with(Enrolment e, Optional<Candidate> lookalike) {
    return new Enrolment(
        e.outcome(),
        e.message(),
        e.faces(),
        e.templates(),
        e.mask(),
        e.quality(),
        e.verdict(),
        lookalike);
  }

  private static Enrolment alreadyEnrolled(Enrolment e) {
    return new Enrolment(
        Enrolment.Outcome.ALREADY_ENROLLED,
        "the person is enrolled from this picture already",
        e.faces(),
        List.of(),
        e.mask(),
        e.quality(),
        e.verdict(),
        Optional.empty());
  }

  private Enrolment store(String name, Enrolment prepared) {
    if (!prepared.templates().isEmpty()) {
      classifier.gallery().enrol(name, prepared.templates());
    }
    return prepared;
  }

  private Enrolment prepare(String name, RgbImage picture, @Nullable DetectedFace chosen) {
    List<DetectedFace> faces = detector.detect(picture);
    DetectedFace face = chosen;
    if (face == null) {
      if (faces.isEmpty()) {
        return refused(
            Enrolment.Outcome.NO_FACE,
            "no face was found; take a picture that shows the whole face from the front",
            faces);
      }
      List<DetectedFace> meant = meant(faces, picture);
      if (meant.size() > 1) {
        return refused(
            Enrolment.Outcome.SEVERAL_FACES,
            meant.size()
                + " people are in the picture; say which one is meant, or take a picture of one",
            faces);
      }
      face = meant.get(0);
    }
    FaceViews views = cropper.crop(picture, face);
    if (views.isRejected()) {
      return refused(
          Enrolment.Outcome.UNUSABLE_FACE, "the face cannot be used: " + views.rejection(), faces);
    }
    Optional<FaceQuality> quality = Optional.empty();
    QualityVerdict verdict = new QualityVerdict(List.of());
    if (assessor != null) {
      quality = Optional.of(assessor.assess(picture, face));
      verdict = options.gate().check(quality.get());
    }
    Probe probe = classifier.encoder().encode(List.of(views)).get(0);
    if (!verdict.passed()) {
      return new Enrolment(
          Enrolment.Outcome.POOR_QUALITY,
          verdict.sentences(),
          faces,
          List.of(),
          probe.mask(),
          quality,
          verdict,
          Optional.empty());
    }
    Template template = template(probe, TemplateOrigin.PHOTOGRAPH, quality);
    if (hasAlready(classifier.gallery(), name, template)) {
      return alreadyEnrolled(
          new Enrolment(
              Enrolment.Outcome.ENROLLED,
              "",
              faces,
              List.of(),
              probe.mask(),
              quality,
              verdict,
              Optional.empty()));
    }
    List<Template> templates = new ArrayList<>();
    templates.add(template);
    String without = "";
    if (probe.mask().state() != MaskState.MASKED) {
      without = addMasked(picture, face, faces.size() > 1, templates);
    }
    return new Enrolment(
        Enrolment.Outcome.ENROLLED,
        without.isEmpty() ? "enrolled" : "enrolled, but without a masked template: " + without,
        faces,
        templates,
        probe.mask(),
        quality,
        verdict,
        lookalike(name, probe));
  }

  private static Enrolment refused(
      Enrolment.Outcome outcome, String message, List<DetectedFace> faces) {
    return new Enrolment(
        outcome,
        message,
        faces,
        List.of(),
        MaskReading.NONE,
        Optional.empty(),
        new QualityVerdict(List.of()),
        Optional.empty());
  }

  /** The faces that may be the person's: one, or those between which somebody has to choose. */
  private List<DetectedFace> meant(List<DetectedFace> faces, RgbImage picture) {
    DetectedFace prominent =
        faces.stream()
            .max(Comparator.comparingDouble(f -> f.prominence(picture.width(), picture.height())))
            .orElseThrow();
    if (options.faces() == EnrolmentOptions.Faces.MOST_PROMINENT) {
      return List.of(prominent);
    }
    double widest =
        faces.stream().mapToDouble(face -> face.landmarks().eyeDistance()).max().orElse(0);
    // A face in profile is near with eyes that are close together.
    return faces.stream()
        .filter(face -> face.equals(prominent) || face.landmarks().eyeDistance() >= widest / 2)
        .toList();
  }

  private Template template(Probe probe, TemplateOrigin origin, Optional<FaceQuality> quality) {
    return new Template(
        UUID.randomUUID().toString(),
        probe.model(),
        probe.embedding(),
        origin,
        probe.mask(),
        quality,
        clock.instant());
  }

  private static boolean hasAlready(Gallery gallery, String name, Template template) {
    return gallery
        .find(name)
        .map(
            person ->
                person.templates().stream()
                    .anyMatch(known -> known.embedding().equals(template.embedding())))
        .orElse(false);
  }

  /** Why there is no masked template, or nothing when there is one or none is wanted. */
  private String addMasked(
      RgbImage picture, DetectedFace face, boolean amongOthers, List<Template> templates) {
    Box place = face.box();
    RgbImage original = picture;
    if (amongOthers) {
      Box around = around(picture, place);
      original =
          picture.subImage(
              (int) around.x(), (int) around.y(), (int) around.width(), (int) around.height());
      place =
          new Box(place.x() - around.x(), place.y() - around.y(), place.width(), place.height());
    }
    RgbImage unmasked = original;
    Point middle = place.centre();
    double near = Math.max(place.width(), place.height()) / 2;
    // The looks of the drawn masks follow from the face, so that the same picture gives the same
    // templates, and not from a name.
    String photograph = Integer.toHexString(templates.get(0).embedding().hashCode());
    String failure = "";
    for (LabelledPicture copy :
        maskedCopies.copies(new LabelledPicture("-", photograph, () -> unmasked), detector)) {
      try {
        RgbImage masked = copy.source().load();
        Optional<DetectedFace> found =
            detector.detect(masked).stream()
                .filter(f -> f.box().centre().distanceTo(middle) < near)
                .min(Comparator.comparingDouble(f -> f.box().centre().distanceTo(middle)));
        FaceViews views = found.map(f -> cropper.crop(masked, f)).orElse(null);
        if (views == null || views.isRejected()) {
          failure = "the face was not found under the drawn mask";
          continue;
        }
        Probe probe = classifier.encoder().encode(List.of(views)).get(0);
        if (probe.mask().state() == MaskState.UNMASKED) {
          failure = "the mask was drawn on another face, or is not seen as one";
          continue;
        }
        templates.add(
            template(
                new Probe(probe.model(), probe.embedding(), new MaskReading(MaskState.MASKED, 1)),
                TemplateOrigin.SYNTHETIC_MASK,
                Optional.empty()));
      } catch (MfrException e) {
        failure = requireNonNull(e.getMessage());
      }
    }
    return templates.size() > 1 ? "" : failure;
  }

  /** A window of whole pixels about a face, twice as large as its box, within the picture. */
  private static Box around(RgbImage picture, Box box) {
    double half = Math.max(box.width(), box.height());
    int left = (int) Math.max(0, box.centre().x() - half);
    int top = (int) Math.max(0, box.centre().y() - half);
    int right = (int) Math.min(picture.width(), Math.ceil(box.centre().x() + half));
    int bottom = (int) Math.min(picture.height(), Math.ceil(box.centre().y() + half));
    return new Box(left, top, Math.max(1, right - left), Math.max(1, bottom - top));
  }

  /** Nobody where the calibration is not for searches. */
  private Optional<Candidate> lookalike(String name, Probe probe) {
    if (!classifier.identifies(probe.mask().state())) {
      return Optional.empty();
    }
    Identification known = classifier.identify(probe, (other, tags) -> !other.equals(name));
    return known.known() ? Optional.of(known.candidates().get(0)) : Optional.empty();
  }

  /** {@return what an enrolment asks of a picture} */
  @Override
  public String toString() {
    return "Enroller[" + options.faces() + "]";
  }
}
