package dev.mfr.gallery;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Throwables;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.common.util.concurrent.Uninterruptibles;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Enrols people from pictures: finds the face, measures whether the picture will do, and adds its
 * templates to a gallery.
 *
 * <p>Each picture gives a template of the photograph as it is and, unless the face wears a mask,
 * one of the photograph with a mask drawn on it. The picture itself is not kept. One costs about
 * two recognitions and a drawn mask, some 40 ms of one core; many pictures are worked on by one
 * thread unless {@link #threads} says otherwise.
 *
 * <p>Immutable and thread-safe. {@link dev.mfr.MaskedFaceRecognizer#enroller} gives one; it uses
 * the recognizer's parts and closes none.
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
  private final int threads;

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
    this(detector, cropper, classifier, assessor, maskedCopies, options, 1);
  }

  private Enroller(
      LandmarkDetector detector,
      RoiCropper cropper,
      GalleryClassifier classifier,
      @Nullable QualityAssessor assessor,
      Augmentation maskedCopies,
      EnrolmentOptions options,
      int threads) {
    this.detector = detector;
    this.cropper = cropper;
    this.classifier = classifier;
    this.assessor = assessor;
    this.maskedCopies = options.maskedCopies().orElse(maskedCopies);
    this.options = options;
    this.clock = Clock.systemUTC();
    this.threads = threads;
  }

  /**
   * {@return the same enroller with another number of threads for {@link #enrolAll}}
   *
   * @param count at least 1, such as the number of processors; the result does not depend on it.
   *     Memory grows with it: each thread holds a picture
   */
  public Enroller threads(int count) {
    checkArgument(count >= 1, "the number of threads must be positive, got %s", count);
    return new Enroller(detector, cropper, classifier, assessor, maskedCopies, options, count);
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
    return store(name, prepare(name, picture, detector.detect(picture), null));
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
    return store(name, prepare(name, picture, detector.detect(picture), face));
  }

  /**
   * Enrols a person from one of the faces of a picture, all of which have been found already: the
   * same as without the list, and the picture is not searched again.
   *
   * @param name the person; as for {@link Gallery#enrol}
   * @param picture shows the person; only read during the call, and not kept
   * @param faces all faces of the picture, of {@link #faces} or {@link Enrolment#faces()}, in any
   *     order
   * @param face the person's, one of them
   * @return whether it was done, or what is wrong with the picture
   * @throws IllegalArgumentException when the face is none of the faces
   * @throws GalleryException when the gallery refuses
   */
  public Enrolment enrol(
      String name, RgbImage picture, List<DetectedFace> faces, DetectedFace face) {
    checkArgument(
        faces.contains(face), "the face is none of the %s faces that are given", faces.size());
    return store(name, prepare(name, picture, faces, face));
  }

  /**
   * {@return the faces of a picture, of which one can be chosen, the most certain one first}
   *
   * @param picture only read during the call
   */
  public List<DetectedFace> faces(RgbImage picture) {
    return detector.detect(picture);
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
    return prepare(name, picture, detector.detect(picture), null);
  }

  /** Hears of every picture, one after another in their order, on the calling thread. */
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
   * <p>Where several {@linkplain #threads threads} work, pictures are loaded, a few ahead, on
   * threads of this call's own; what is decided is decided in the order of the pictures.
   *
   * <p>When the calling thread is interrupted, no further picture is begun; those that were decided
   * on are enrolled and heard of first.
   *
   * @param pictures labelled with the people's names
   * @param listener hears of each picture
   * @throws GalleryException when the gallery refuses; pictures that the listener has heard of are
   *     enrolled
   * @throws MfrException when a network fails, or the thread is interrupted; it stays interrupted
   */
  public void enrolAll(Iterable<LabelledPicture> pictures, Listener listener) {
    try (Step step = new Step(listener)) {
      try {
        if (threads == 1) {
          for (LabelledPicture picture : pictures) {
            checkInterrupted();
            step.decide(look(picture));
          }
        } else {
          lookSideBySide(pictures, step);
        }
        step.write();
      } catch (InterruptedException e) {
        try {
          step.write();
        } finally {
          Thread.currentThread().interrupt();
        }
        throw new MfrException("the thread was interrupted while people were enrolled", e);
      }
    }
  }

  private void lookSideBySide(Iterable<LabelledPicture> pictures, Step step)
      throws InterruptedException {
    ExecutorService pool =
        Executors.newFixedThreadPool(
            threads,
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("mfr-enrol-%d").build());
    try {
      Deque<Future<Looked>> running = new ArrayDeque<>();
      for (LabelledPicture picture : pictures) {
        running.add(pool.submit(() -> look(picture)));
        if (running.size() == 2 * threads) {
          step.decide(result(running.remove()));
        }
      }
      while (!running.isEmpty()) {
        step.decide(result(running.remove()));
      }
    } finally {
      pool.shutdownNow();
      Uninterruptibles.awaitTerminationUninterruptibly(pool);
    }
  }

  private static Looked result(Future<Looked> future) throws InterruptedException {
    checkInterrupted();
    try {
      return requireNonNull(future.get());
    } catch (ExecutionException e) {
      Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
      throw new IllegalStateException(e.getCause());
    }
  }

  private static void checkInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** What a picture shows, or why it could not be read; whom it resembles is not asked yet. */
  private record Looked(LabelledPicture picture, Optional<Enrolment> enrolment, String failure) {}

  private Looked look(LabelledPicture picture) throws InterruptedException {
    try {
      Gallery.checkName(picture.label());
    } catch (IllegalArgumentException e) {
      Enrolment refused =
          refused(Enrolment.Outcome.ILLEGAL_NAME, String.valueOf(e.getMessage()), List.of());
      return new Looked(picture, Optional.of(refused), "");
    }
    RgbImage image;
    try {
      image = picture.source().load();
    } catch (MfrException e) {
      // A file's channel is closed by the interruption: nothing is wrong with the picture.
      checkInterrupted();
      return new Looked(picture, Optional.empty(), String.valueOf(e.getMessage()));
    }
    List<DetectedFace> faces = detector.detect(image);
    return new Looked(picture, Optional.of(look(picture.label(), image, faces, null)), "");
  }

  /** Pictures that are decided on and not yet written, and their people. */
  private final class Step implements AutoCloseable {
    private final Listener listener;
    private Gallery gallery = Gallery.inMemory();
    private final List<Looked> decided = new ArrayList<>();

    Step(Listener listener) {
      this.listener = listener;
    }

    /** Called in the order of the pictures, so that nothing depends on which is looked at first. */
    void decide(Looked looked) {
      Enrolment enrolment = looked.enrolment.orElse(null);
      if (enrolment == null || enrolment.templates().isEmpty()) {
        add(looked);
        return;
      }
      String name = looked.picture.label();
      Template template = enrolment.templates().get(0);
      if (hasAlready(classifier.gallery(), name, template) || hasAlready(gallery, name, template)) {
        add(new Looked(looked.picture, Optional.of(alreadyEnrolled(enrolment)), ""));
        return;
      }
      Enrolment asked = withLookalike(name, enrolment);
      if (asked.lookalike().isEmpty() && resembles(name, template)) {
        // Once the other one has an id.
        write();
        asked = withLookalike(name, enrolment);
      }
      gallery.enrol(name, asked.templates());
      add(new Looked(looked.picture, Optional.of(asked), ""));
    }

    private void add(Looked looked) {
      decided.add(looked);
      if (decided.size() >= PICTURES_A_STEP) {
        write();
      }
    }

    /** Whether the face might be identified as another person of this step. */
    private boolean resembles(String name, Template template) {
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
      for (Looked looked : decided) {
        looked
            .enrolment
            .filter(Enrolment::isEnrolled)
            .ifPresent(
                enrolment ->
                    templates
                        .computeIfAbsent(looked.picture.label(), name -> new ArrayList<>())
                        .addAll(enrolment.templates()));
      }
      store(templates);
      for (Looked looked : decided) {
        listener.onPicture(looked.picture, looked.enrolment, looked.failure);
      }
      decided.clear();
      gallery.close();
      gallery = Gallery.inMemory();
    }

    @Override
    public void close() {
      gallery.close();
    }
  }

  private Enrolment withLookalike(String name, Enrolment e) {
    return new Enrolment(
        e.outcome(),
        e.message(),
        e.faces(),
        e.templates(),
        e.mask(),
        e.quality(),
        e.verdict(),
        lookalike(name, Probe.of(e.templates().get(0))));
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
    if (prepared.isEnrolled()) {
      store(Map.of(name, prepared.templates()));
    }
    return prepared;
  }

  /** All people in one write, and with their tags, so that nobody is ever there without them. */
  private void store(Map<String, List<Template>> enrolled) {
    Gallery gallery = classifier.gallery();
    if (options.tags().isEmpty()) {
      Map<String, List<Template>> changed = new LinkedHashMap<>(enrolled);
      changed.values().removeIf(List::isEmpty);
      if (!changed.isEmpty()) {
        gallery.enrolAll(changed);
      }
      return;
    }
    List<Person> people = new ArrayList<>();
    enrolled.forEach(
        (name, fresh) -> {
          List<Template> templates =
              fresh.isEmpty() ? gallery.find(name).map(Person::templates).orElse(fresh) : fresh;
          if (!templates.isEmpty()) {
            people.add(new Person(UUID.randomUUID().toString(), name, options.tags(), templates));
          }
        });
    if (!people.isEmpty()) {
      gallery.addAll(people);
    }
  }

  private Enrolment prepare(
      String name, RgbImage picture, List<DetectedFace> faces, @Nullable DetectedFace chosen) {
    Enrolment looked = look(name, picture, faces, chosen);
    return looked.templates().isEmpty() ? looked : withLookalike(name, looked);
  }

  /** Whom the face resembles is not asked. */
  private Enrolment look(
      String name, RgbImage picture, List<DetectedFace> faces, @Nullable DetectedFace chosen) {
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
      without = addMasked(picture, faces, face, templates);
    }
    return new Enrolment(
        Enrolment.Outcome.ENROLLED,
        without.isEmpty() ? "enrolled" : "enrolled, but without a masked template: " + without,
        faces,
        templates,
        probe.mask(),
        quality,
        verdict,
        Optional.empty());
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
      RgbImage picture, List<DetectedFace> faces, DetectedFace face, List<Template> templates) {
    Box place = face.box();
    RgbImage original = picture;
    if (faces.size() > 1) {
      Box around = around(picture, place);
      original =
          picture.subImage(
              (int) around.x(), (int) around.y(), (int) around.width(), (int) around.height());
      place =
          new Box(place.x() - around.x(), place.y() - around.y(), place.width(), place.height());
    }
    RgbImage unmasked = original;
    // The face of the picture itself has been found already.
    LandmarkDetector finder = image -> image == picture ? faces : detector.detect(image);
    Point middle = place.centre();
    double near = Math.max(place.width(), place.height()) / 2;
    // The looks of the drawn masks follow from the face, so that the same picture gives the same
    // templates, and not from a name.
    String photograph = Integer.toHexString(templates.get(0).embedding().hashCode());
    String failure = "";
    for (LabelledPicture copy :
        maskedCopies.copies(new LabelledPicture("-", photograph, () -> unmasked), finder)) {
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
