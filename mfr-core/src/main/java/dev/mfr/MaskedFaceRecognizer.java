package dev.mfr;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Splitter;
import com.google.common.base.Throwables;
import com.google.common.collect.Iterables;
import com.google.common.util.concurrent.Uninterruptibles;
import dev.mfr.dataset.LabelledPicture;
import dev.mfr.dataset.LabelledPictures;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.gallery.Calibration;
import dev.mfr.gallery.Enroller;
import dev.mfr.gallery.Enrolment;
import dev.mfr.gallery.EnrolmentOptions;
import dev.mfr.gallery.FaceEncoder;
import dev.mfr.gallery.Gallery;
import dev.mfr.gallery.GalleryClassifier;
import dev.mfr.gallery.GalleryException;
import dev.mfr.gallery.GalleryFilter;
import dev.mfr.gallery.GalleryModel;
import dev.mfr.gallery.GalleryOptions;
import dev.mfr.gallery.Identification;
import dev.mfr.gallery.Probe;
import dev.mfr.gallery.Verification;
import dev.mfr.head.HeadException;
import dev.mfr.head.SoftmaxClassifier;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.image.RgbImage;
import dev.mfr.internal.Spares;
import dev.mfr.internal.UseCount;
import dev.mfr.video.FaceTracker;
import dev.mfr.video.TrackingOptions;
import dev.mfr.video.VideoRecognizer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Recognises people in pictures, with and without a mask: landmarks, region, classification.
 *
 * <p>The pipeline of "Transfer Learning for Robust Masked Face Recognition" (Muhi, Farhat, Frikha)
 * behind three interfaces: a {@link LandmarkDetector} finds faces and their points, a {@link
 * RoiCropper} chooses what the networks see, a {@link Classifier} says who it is. Each can be
 * replaced.
 *
 * <p>Thread-safe: any number of threads may recognise at once. It owns its parts, and closing it
 * closes them; close it once you are done, also while others recognise: their calls finish, later
 * ones throw {@link IllegalStateException}.
 */
public final class MaskedFaceRecognizer implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(MaskedFaceRecognizer.class.getName());

  private final LandmarkDetector detector;
  private final RoiCropper cropper;
  private final Classifier classifier;
  private final int batchSize;
  private final long maxPixels;
  private final UseCount uses;
  private final Spares<RecognitionBuffer> spares = new Spares<>(RecognitionBuffer::new);

  private MaskedFaceRecognizer(
      LandmarkDetector detector,
      RoiCropper cropper,
      Classifier classifier,
      int batchSize,
      long maxPixels) {
    this.detector = detector;
    this.cropper = cropper;
    this.classifier = classifier;
    this.batchSize = batchSize;
    this.maxPixels = maxPixels;
    this.uses = new UseCount("this recognizer", () -> closeAll(classifier, cropper, detector));
  }

  /**
   * {@return a builder; what is not set comes from the modules on the class path}
   *
   * <p>With mfr-landmarks and mfr-onnx that is the face mesh with 468 points, the fusion of a
   * ResNet-50 on the paper's four-point region with dlib's network on the whole face, and a masked
   * copy of each training picture; batches of 16 faces.
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * {@return a recognizer with a saved head and the parts that it was trained with, found on the
   * class path}
   *
   * @param headFile a file that {@link #save} or {@link SoftmaxHead#save} wrote
   * @throws HeadException when the file cannot be used, or nothing on the class path offers the
   *     embedder or the crop that it was trained with; use {@code
   *     builder().embedder(…).cropper(…).head(…)} for parts of your own
   */
  public static MaskedFaceRecognizer load(Path headFile) {
    return builder().head(SoftmaxHead.load(headFile)).build();
  }

  /**
   * {@return every face of a picture and who it is}
   *
   * @param image the picture; only read during the call
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when a network fails
   */
  public Recognition recognize(RgbImage image) {
    RecognitionBuffer buffer = spares.take();
    try {
      recognizeInto(image, buffer);
      return buffer.toRecognition();
    } finally {
      spares.give(buffer);
    }
  }

  /**
   * Writes what {@link #recognize(RgbImage)} gives into memory of the caller's.
   *
   * <p>With the parts of this library and a picture with as many faces as before, it allocates a
   * few hundred bytes and what ONNX Runtime does.
   *
   * @param image the picture; only read during the call
   * @param result written over; without faces when this call fails
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when a network fails
   */
  public void recognizeInto(RgbImage image, RecognitionBuffer result) {
    result.clear();
    uses.enter();
    try {
      result.look(image, detector, cropper);
      long start = System.nanoTime();
      classify(result.views(), result.answers());
      result.setClassifyNanos(System.nanoTime() - start);
    } catch (RuntimeException | Error e) {
      result.clear();
      throw e;
    } finally {
      result.dropViews();
      uses.exit();
    }
  }

  /**
   * {@return every face of a picture file and who it is}
   *
   * @param file JPEG, PNG, WebP or BMP of at most as many pixels as {@link Builder#maxPixels}
   *     allows
   * @throws dev.mfr.image.ImageDecodeException when the file cannot be read
   * @throws IllegalStateException after {@link #close}
   */
  public Recognition recognize(Path file) {
    long start = System.nanoTime();
    RgbImage image = read(file);
    long decode = System.nanoTime() - start;
    return withDecode(recognize(image), decode);
  }

  /**
   * {@return who the given faces of a picture are; the detector is not asked}
   *
   * <p>For faces that are known already, as from a tracker. The result holds the very objects
   * given.
   *
   * @param image the picture; only read during the call
   * @param faces its faces, in its pixels, with the landmarks that the cropper needs; may be empty
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when a network fails
   */
  public Recognition recognize(RgbImage image, List<DetectedFace> faces) {
    uses.enter();
    try {
      long start = System.nanoTime();
      List<DetectedFace> usable = new ArrayList<>(faces.size());
      List<FaceViews> views = new ArrayList<>(faces.size());
      List<RejectedFace> rejected = new ArrayList<>();
      for (DetectedFace face : faces) {
        FaceViews found = cropper.crop(image, face);
        if (found.isRejected()) {
          rejected.add(new RejectedFace(face, found.rejection()));
        } else {
          usable.add(face);
          views.add(found);
        }
      }
      long cropped = System.nanoTime();
      ClassificationBuffer answers = new ClassificationBuffer();
      classify(views, answers);
      List<RecognizedFace> recognized = new ArrayList<>(usable.size());
      for (int i = 0; i < usable.size(); i++) {
        recognized.add(
            new RecognizedFace(
                usable.get(i), views.get(i).list().get(0).outline(), answers.get(i)));
      }
      return new Recognition(
          image.width(),
          image.height(),
          recognized,
          rejected,
          new StageTimings(
              Duration.ZERO,
              Duration.ZERO,
              Duration.ofNanos(cropped - start),
              Duration.ofNanos(System.nanoTime() - cropped)));
    } finally {
      uses.exit();
    }
  }

  /** {@return a recognizer for one video, with the defaults; this recognizer must stay open} */
  public VideoRecognizer video() {
    return VideoRecognizer.builder(this).build();
  }

  /**
   * {@return a tracker for one video, of this recognizer's detector}
   *
   * @param options when it detects, and how long it remembers a lost face
   */
  public FaceTracker tracker(TrackingOptions options) {
    return detector.tracker(options);
  }

  /**
   * {@return a recognition for each picture, in the order given}
   *
   * <p>Pictures go through the detector, and all faces through the classifier's network, in
   * batches. All pictures are held until the end; for long lists of files use {@link
   * #recognizeFiles}.
   *
   * @param images the pictures; only read during the call
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when a network fails
   */
  public List<Recognition> recognizeAll(List<RgbImage> images) {
    uses.enter();
    try {
      List<RecognitionBuffer> buffers =
          Stream.generate(RecognitionBuffer::new).limit(images.size()).toList();
      RecognitionBuffer.lookAll(images, detector, cropper, buffers);
      List<FaceViews> faces = new ArrayList<>();
      for (RecognitionBuffer buffer : buffers) {
        faces.addAll(buffer.views());
      }
      long start = System.nanoTime();
      ClassificationBuffer answers = new ClassificationBuffer();
      classify(faces, answers);
      long perFace = faces.isEmpty() ? 0 : (System.nanoTime() - start) / faces.size();
      List<Recognition> recognitions = new ArrayList<>(images.size());
      int first = 0;
      for (RecognitionBuffer buffer : buffers) {
        buffer.setClassifyNanos(perFace * buffer.size());
        recognitions.add(buffer.toRecognition(answers, first));
        first += buffer.size();
      }
      return recognitions;
    } finally {
      uses.exit();
    }
  }

  private void classify(List<FaceViews> faces, ClassificationBuffer answers) {
    if (faces.isEmpty()) {
      answers.reset(0);
      return;
    }
    if (faces.size() <= batchSize) {
      classifier.classifyInto(faces, answers);
      checkAnswers(answers, faces.size());
      return;
    }
    answers.reset(faces.size());
    ClassificationBuffer part = new ClassificationBuffer();
    for (int i = 0; i < faces.size(); i += batchSize) {
      classifier.classifyInto(faces.subList(i, Math.min(i + batchSize, faces.size())), part);
      checkAnswers(part, Math.min(batchSize, faces.size() - i));
      for (int k = 0; k < part.size(); k++) {
        answers.swap(i + k, part, k);
      }
    }
  }

  private static void checkAnswers(ClassificationBuffer answers, int faces) {
    checkState(
        answers.size() == faces,
        "the classifier gave %s answers for %s faces",
        answers.size(),
        faces);
  }

  /**
   * Recognises files, in the order given, while the next ones are decoded. A file that cannot be
   * read is reported and the rest goes on. {@link RecognitionPool} does the same with several
   * workers.
   *
   * @param files picture files
   * @param consumer hears of each file, on the calling thread
   * @throws IllegalStateException after {@link #close}
   * @throws MfrException when a network fails, or the thread is interrupted while it waits
   */
  public void recognizeFiles(Iterable<Path> files, Consumer<PictureOutcome> consumer) {
    try (RecognitionPool pool = RecognitionPool.of(this, 1)) {
      pool.recognizeFiles(files, consumer);
    }
  }

  /** {@return the picture of a file, of at most as many pixels as this recognizer takes} */
  RgbImage read(Path file) {
    return RgbImage.read(file, maxPixels);
  }

  /** {@return a recognition that also knows how long its file took} */
  static Recognition withDecode(Recognition r, long nanos) {
    StageTimings t = r.timings();
    return new Recognition(
        r.width(),
        r.height(),
        r.faces(),
        r.rejected(),
        new StageTimings(Duration.ofNanos(nanos), t.detect(), t.crop(), t.classify()));
  }

  /**
   * {@return the gallery that answers come from, or empty when the classifier is of another kind}
   */
  public Optional<Gallery> gallery() {
    return classifier instanceof GalleryClassifier known
        ? Optional.of(known.gallery())
        : Optional.empty();
  }

  /**
   * {@return what decides who of the gallery a face is, with its thresholds; or empty when the
   * classifier is of another kind}
   *
   * <p>This recognizer owns it.
   */
  public Optional<GalleryClassifier> galleryClassifier() {
    return classifier instanceof GalleryClassifier known ? Optional.of(known) : Optional.empty();
  }

  /**
   * {@return what enrols people in the gallery; uses this recognizer's parts, which must stay open}
   *
   * @param options what is asked of a picture, and what is made of it
   * @throws IllegalStateException when this recognizer has no gallery
   */
  public Enroller enroller(EnrolmentOptions options) {
    return new Enroller(
        detector,
        cropper,
        neededGalleryClassifier(),
        Builder.offered(ComponentProvider::qualityAssessor).orElse(null),
        Builder.offered(ComponentProvider::augmentation).orElse(Augmentation.NONE),
        options);
  }

  private GalleryClassifier neededGalleryClassifier() {
    if (classifier instanceof GalleryClassifier known) {
      return known;
    }
    throw new IllegalStateException(
        "this recognizer has no gallery, it has the classifier "
            + classifier
            + "; build it with builder().gallery(…)");
  }

  /**
   * Enrols a person in the gallery, with default options.
   *
   * @param name the person; who is enrolled already gets further templates
   * @param image shows the person, alone; only read during the call, and not kept
   * @return whether it was done, or what is wrong with the picture
   * @throws IllegalStateException when this recognizer has no gallery, or after {@link #close}
   * @throws dev.mfr.gallery.GalleryException when the gallery refuses
   */
  public Enrolment enrol(String name, RgbImage image) {
    return enroller(EnrolmentOptions.defaults()).enrol(name, image);
  }

  /**
   * Enrols a person in the gallery, with default options.
   *
   * @param name the person; who is enrolled already gets further templates
   * @param file a picture of the person alone
   * @return whether it was done, or what is wrong with the picture
   * @throws dev.mfr.image.ImageDecodeException when the file cannot be read
   * @throws IllegalStateException when this recognizer has no gallery, or after {@link #close}
   * @throws dev.mfr.gallery.GalleryException when the gallery refuses
   */
  public Enrolment enrol(String name, Path file) {
    return enrol(name, read(file));
  }

  /**
   * {@return the main face of a picture as a probe, to compare with others; empty when there is no
   * usable face}
   *
   * @param image the picture; only read during the call
   * @throws IllegalStateException when this recognizer has no gallery, or after {@link #close}
   */
  public Optional<Probe> probe(RgbImage image) {
    GalleryClassifier known = neededGalleryClassifier();
    uses.enter();
    try {
      return detector.detect(image).stream()
          .max(Comparator.comparingDouble(face -> face.prominence(image.width(), image.height())))
          .map(face -> cropper.crop(image, face))
          .filter(views -> !views.isRejected())
          .map(views -> known.encoder().encode(List.of(views)).get(0));
    } finally {
      uses.exit();
    }
  }

  /**
   * {@return whether the main faces of two pictures are the same person's; empty when one of them
   * shows no usable face}
   *
   * <p>The gallery's people have no part in it, only its embedder and thresholds; {@link
   * Gallery#inMemory()} will do.
   *
   * @param first a picture; only read during the call
   * @param second another one
   * @throws IllegalStateException when this recognizer has no gallery, or after {@link #close}
   */
  public Optional<Verification> verify(RgbImage first, RgbImage second) {
    return probe(first)
        .flatMap(a -> probe(second).map(b -> neededGalleryClassifier().verify(a, b)));
  }

  /**
   * {@return whether two faces are the same person's}
   *
   * @param first a face that {@link #probe} gave, or {@link Probe#of} of a template
   * @param second another one
   * @throws IllegalStateException when this recognizer has no gallery
   * @throws dev.mfr.gallery.GalleryException when the two are of different models
   */
  public Verification verify(Probe first, Probe second) {
    return neededGalleryClassifier().verify(first, second);
  }

  /**
   * {@return who of the gallery a face is}
   *
   * @param probe a face that {@link #probe} gave
   * @param filter who may be an answer
   * @throws IllegalStateException when this recognizer has no gallery
   * @throws dev.mfr.gallery.GalleryException when the probe is of another model
   */
  public Identification identify(Probe probe, GalleryFilter filter) {
    return neededGalleryClassifier().identify(probe, filter);
  }

  /** {@return the softmax head, or empty when the classifier is of another kind} */
  public Optional<SoftmaxHead> head() {
    return classifier instanceof SoftmaxClassifier softmax
        ? Optional.of(softmax.head())
        : Optional.empty();
  }

  /**
   * Saves the softmax head, for {@link #load}. The file appears whole or not at all.
   *
   * @param headFile where to; replaced when it exists
   * @throws IllegalStateException when the classifier is of another kind
   * @throws HeadException when the file cannot be written
   */
  public void save(Path headFile) {
    head()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "only a softmax head can be saved, and this recognizer has the classifier "
                        + classifier))
        .save(headFile);
  }

  /**
   * Closes the parts: at once, or when the last running call returns. A second call does nothing.
   *
   * @throws MfrException when a part fails to close; the others are closed all the same
   */
  @Override
  public void close() {
    uses.close();
  }

  private static void closeAll(@Nullable Object... parts) {
    MfrException failure = null;
    for (Object part : parts) {
      if (part instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          if (failure == null) {
            failure = new MfrException("closing " + part + " failed (" + e + ")", e);
          } else {
            failure.addSuppressed(e);
          }
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Puts a recognizer together. Not thread-safe; use it once: the recognizer owns the parts, and
   * when building or training fails they are closed.
   */
  public static final class Builder {
    private static final String NO_EMBEDDER =
        "no embedder is given, and none is on the class path; add the dependency"
            + " dev.mfr:mfr-onnx or call embedder(…)";

    private @Nullable LandmarkDetector detector;
    private @Nullable RoiCropper cropper;
    private @Nullable Classifier classifier;
    private @Nullable FaceEmbedder embedder;
    private @Nullable SoftmaxHead head;
    private @Nullable Gallery gallery;
    private GalleryOptions galleryOptions = GalleryOptions.defaults();
    private @Nullable Augmentation augmentation;
    private int batchSize = 16;
    private boolean earlyExit;
    private long maxPixels = RgbImage.DEFAULT_MAX_PIXELS;

    private Builder() {}

    /**
     * {@return this builder, with a detector}
     *
     * @param detector finds faces and landmarks; default: the one on the class path
     */
    public Builder detector(LandmarkDetector detector) {
      this.detector = detector;
      return this;
    }

    /**
     * {@return this builder, with a cropper}
     *
     * @param cropper chooses the views; default: the one that belongs to the head, or to the
     *     embedder
     */
    public Builder cropper(RoiCropper cropper) {
      this.cropper = cropper;
      return this;
    }

    /**
     * {@return this builder, with a classifier; then there is no embedder and no head to give}
     *
     * @param classifier says who it is
     */
    public Builder classifier(Classifier classifier) {
      this.classifier = classifier;
      return this;
    }

    /**
     * {@return this builder, with an embedder for the softmax head}
     *
     * @param embedder makes the features; default: the one that the head was trained with, or that
     *     of the class path
     */
    public Builder embedder(FaceEmbedder embedder) {
      this.embedder = embedder;
      return this;
    }

    /**
     * {@return this builder, with a trained head}
     *
     * @param head classifies the features
     */
    public Builder head(SoftmaxHead head) {
      this.head = head;
      return this;
    }

    /**
     * {@return this builder, with a gallery: answers are the people enrolled in it}
     *
     * <p>The embedder is then the one that the gallery's templates were made by; for an empty
     * gallery {@link #embedder}, or the class path's.
     *
     * @param gallery who is known; unlike other parts it stays open when the recognizer is closed
     */
    public Builder gallery(Gallery gallery) {
      this.gallery = gallery;
      return this;
    }

    /**
     * {@return this builder, with how sure a gallery's answers must be}
     *
     * @param options rates, thresholds, filter; default {@link GalleryOptions#defaults()}
     */
    public Builder galleryOptions(GalleryOptions options) {
      this.galleryOptions = options;
      return this;
    }

    /**
     * {@return this builder, with copies that {@link #train} adds to the training pictures}
     *
     * @param augmentation makes the copies; default: the one on the class path, with mfr-landmarks
     *     a copy of each picture with a mask drawn on; {@link Augmentation#NONE} for none
     */
    public Builder augmentation(Augmentation augmentation) {
      this.augmentation = augmentation;
      return this;
    }

    /**
     * {@return this builder, with a batch size}
     *
     * @param faces the most faces that go through the classifier at once, 1 or more; default 16
     */
    public Builder batchSize(int faces) {
      checkArgument(faces >= 1, "a batch has one face or more, got %s", faces);
      this.batchSize = faces;
      return this;
    }

    /**
     * {@return this builder, with or without an early exit for strangers}
     *
     * <p>With it, the smaller network of the default does not look at a face that the larger one
     * already excludes: its run is about half of the time of embedding (not measured as a whole).
     * Who is recognised stays the same, but a stranger's ranking is empty.
     *
     * @param exit whether; default false
     */
    public Builder earlyExit(boolean exit) {
      this.earlyExit = exit;
      return this;
    }

    /**
     * {@return this builder, with a limit for picture files}
     *
     * @param pixels the most pixels (width × height) that a file may have; checked against its
     *     header before anything is decoded; default {@link RgbImage#DEFAULT_MAX_PIXELS}
     */
    public Builder maxPixels(long pixels) {
      checkArgument(pixels >= 1, "the pixel limit must be positive, got %s", pixels);
      this.maxPixels = pixels;
      return this;
    }

    /**
     * {@return the recognizer}
     *
     * @throws IllegalStateException when not exactly one of classifier, head and gallery is given
     *     (train a head with {@link #train}), or a gallery's embedder has no thresholds
     * @throws HeadException when head and embedder do not belong together, or a part that the head
     *     needs is not on the class path
     * @throws dev.mfr.gallery.GalleryException when gallery and embedder do not belong together, or
     *     a part that the gallery's templates need is not on the class path
     */
    public MaskedFaceRecognizer build() {
      return closingOnFailure(
          parts -> {
            if (classifier != null) {
              checkState(
                  head == null && embedder == null && gallery == null,
                  "a recognizer has either a classifier, or an embedder with a head or a gallery; both were given");
              return recognizer(
                  parts,
                  classifier,
                  classifier instanceof GalleryClassifier known
                      ? cropperForViews(known.encoder().viewNames())
                      : defaultCropper(null, null));
            }
            if (gallery != null) {
              checkState(
                  head == null, "a recognizer has either a head or a gallery; both were given");
              return withGallery(parts, gallery);
            }
            SoftmaxHead trained = head;
            checkState(
                trained != null,
                "nothing says who a face is: give gallery(…), head(…) or classifier(…), or call train(…) instead of build()");
            RgbImage.prepareReading();
            FaceEmbedder network =
                whileDetectorOpens(parts, () -> parts.add(embedderFor(trained.embedderId())));
            RoiCropper views = defaultCropper(network, trained.viewRecipe());
            return recognizer(parts, softmax(network, trained), views);
          });
    }

    /**
     * {@return a recognizer with a softmax head that is trained on the pictures and their masked
     * copies by transfer learning, with default options}
     *
     * @param pictures of one person or more; with one, only the similarity tells that person from
     *     strangers
     * @throws HeadException when there is too little to train on
     */
    public MaskedFaceRecognizer train(LabelledPictures pictures) {
      return train(pictures.list(), TrainingOptions.defaults());
    }

    /**
     * {@return a recognizer with a softmax head that is trained on the pictures by transfer
     * learning}
     *
     * <p>Copies are added as {@link #augmentation} says. Pictures without a usable face are skipped
     * and logged; to hear of them, and of progress, use {@link FeatureExtractor} and {@link
     * SoftmaxTrainer} themselves.
     *
     * @param pictures of one person or more; with one, only the similarity tells that person from
     *     strangers
     * @param options how to train
     * @throws HeadException when there is too little to train on
     * @throws IllegalStateException when a classifier, a head or a gallery is given
     */
    public MaskedFaceRecognizer train(Iterable<LabelledPicture> pictures, TrainingOptions options) {
      return closingOnFailure(
          parts -> {
            checkState(
                classifier == null && head == null && gallery == null,
                "train(…) makes the head itself: give no classifier, no head and no gallery");
            LandmarkDetector finder = parts.add(detectorOrDefault());
            FaceEmbedder network = parts.add(embedderFor(null));
            RoiCropper views = defaultCropper(network, null);
            FeatureExtractor.Extraction extraction =
                new FeatureExtractor(finder, views, network)
                    .extract(
                        withCopies(pictures, finder),
                        (picture, reason) ->
                            reason.ifPresent(
                                why ->
                                    LOG.log(
                                        System.Logger.Level.WARNING,
                                        "skipped {0}: {1}",
                                        picture.name(),
                                        why)));
            SoftmaxHead trained = SoftmaxTrainer.create(options).train(extraction.trainingSet());
            detector = finder;
            return recognizer(parts, softmax(network, trained), views);
          });
    }

    private Iterable<LabelledPicture> withCopies(
        Iterable<LabelledPicture> pictures, LandmarkDetector finder) {
      Augmentation chosen =
          augmentation != null
              ? augmentation
              : offered(ComponentProvider::augmentation).orElse(Augmentation.NONE);
      return Iterables.concat(
          Iterables.transform(
              pictures,
              picture -> Iterables.concat(List.of(picture), chosen.copies(picture, finder))));
    }

    private MaskedFaceRecognizer withGallery(Parts parts, Gallery people) {
      RgbImage.prepareReading();
      Optional<GalleryModel> model = people.size() == 0 ? Optional.empty() : people.model();
      FaceEncoder encoder =
          whileDetectorOpens(
              parts,
              () -> {
                FaceEmbedder network = parts.add(galleryEmbedder(model));
                return new FaceEncoder(
                    network,
                    offered(ComponentProvider::maskStateEstimator).map(parts::add).orElse(null));
              });
      GalleryClassifier answers =
          new GalleryClassifier(
              encoder, people, calibrationFor(encoder.embedder()), galleryOptions);
      return recognizer(parts, answers, galleryCropper(encoder, model));
    }

    private FaceEmbedder galleryEmbedder(Optional<GalleryModel> model) {
      if (embedder != null) {
        return embedder;
      }
      if (model.isEmpty()) {
        return offered(ComponentProvider::galleryEmbedder)
            .or(() -> offered(ComponentProvider::embedder))
            .orElseThrow(() -> new IllegalStateException(NO_EMBEDDER));
      }
      String id = model.get().embedderId();
      return embedderOf(id)
          .or(() -> FusedEmbedder.ofId(id, Builder::embedderOf))
          .orElseThrow(
              () ->
                  new GalleryException(
                      "the gallery's templates were made by the embedder "
                          + id
                          + ", which nothing on the class path offers; give it with"
                          + " builder().embedder(…), or enrol everybody again in a new gallery",
                      null));
    }

    private Calibration calibrationFor(FaceEmbedder network) {
      return galleryOptions
          .calibration()
          .or(() -> offered(provider -> provider.calibrationOf(network.modelId())))
          .or(
              () ->
                  network.similarityThreshold().isPresent()
                      ? Optional.of(
                          Calibration.single(
                              new GalleryModel(
                                  network.modelId(),
                                  String.join(FaceViews.RECIPE_SEPARATOR, network.viewNames()),
                                  network.embeddingLength()),
                              network.similarityThreshold().getAsDouble()))
                      : Optional.empty())
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "no thresholds are known for the embedder "
                          + network.modelId()
                          + "; measure them with ThresholdCalibrator and give them with"
                          + " galleryOptions(GalleryOptions.builder().calibration(…).build())"));
    }

    private RoiCropper galleryCropper(FaceEncoder encoder, Optional<GalleryModel> model) {
      if (cropper != null) {
        return cropper;
      }
      List<String> names = encoder.embedder().viewNames();
      RoiCropper views =
          model
              .map(enrolled -> croppersForRecipe(enrolled.viewRecipe(), Builder::missingOfGallery))
              .orElseGet(() -> defaultCropper(encoder.embedder(), null));
      return encoder.viewNames().stream()
          .filter(name -> !names.contains(name))
          .map(Builder::cropperForView)
          .reduce(views, RoiCropper::and);
    }

    private RoiCropper cropperForViews(List<String> names) {
      return cropper != null
          ? cropper
          : names.stream().map(Builder::cropperForView).reduce(RoiCropper::and).orElseThrow();
    }

    private Classifier softmax(FaceEmbedder network, SoftmaxHead trained) {
      return new SoftmaxClassifier(
          network, trained, SoftmaxClassifier.DEFAULT_MAX_BATCH, earlyExit);
    }

    private MaskedFaceRecognizer recognizer(Parts parts, Classifier answers, RoiCropper views) {
      return new MaskedFaceRecognizer(
          parts.add(detectorOrDefault()), views, answers, batchSize, maxPixels);
    }

    /** Opening networks is most of a start, so the detector's are opened in another thread. */
    private <T> T whileDetectorOpens(Parts parts, Supplier<T> rest) {
      if (detector != null) {
        return rest.get();
      }
      FutureTask<LandmarkDetector> opening = new FutureTask<>(this::detectorOrDefault);
      Thread thread = new Thread(opening, "mfr-detector");
      thread.setDaemon(true);
      thread.start();
      T result;
      try {
        result = rest.get();
      } catch (Throwable t) {
        try {
          parts.add(opened(opening));
        } catch (Throwable other) {
          t.addSuppressed(other);
        }
        throw t;
      }
      detector = opened(opening);
      return result;
    }

    private static LandmarkDetector opened(FutureTask<LandmarkDetector> opening) {
      try {
        return requireNonNull(Uninterruptibles.getUninterruptibly(opening));
      } catch (ExecutionException e) {
        Throwables.throwIfUnchecked(requireNonNull(e.getCause()));
        throw new IllegalStateException(e);
      }
    }

    private LandmarkDetector detectorOrDefault() {
      return detector != null
          ? detector
          : offered(ComponentProvider::detector)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "no landmark detector is given, and none is on the class path; add the dependency"
                              + " dev.mfr:mfr-landmarks or call detector(…)"));
    }

    private FaceEmbedder embedderFor(@Nullable String modelId) {
      if (embedder != null) {
        return embedder;
      }
      if (modelId == null) {
        return offered(ComponentProvider::embedder)
            .orElseThrow(() -> new IllegalStateException(NO_EMBEDDER));
      }
      return embedderOf(modelId)
          .or(() -> FusedEmbedder.ofId(modelId, Builder::embedderOf))
          .orElseThrow(
              () ->
                  new HeadException(
                      "the head was trained with the embedder "
                          + modelId
                          + ", which nothing on the class path offers; give it with"
                          + " builder().embedder(…), or train again",
                      null));
    }

    private static Optional<FaceEmbedder> embedderOf(String modelId) {
      return offered(provider -> provider.embedderOf(modelId));
    }

    private RoiCropper defaultCropper(@Nullable FaceEmbedder network, @Nullable String recipe) {
      if (cropper != null) {
        return cropper;
      }
      if (recipe != null) {
        return croppersForRecipe(recipe, Builder::missingOfHead);
      }
      List<String> views = network == null ? List.of("roi") : network.viewNames();
      return views.stream().map(Builder::cropperForView).reduce(RoiCropper::and).orElseThrow();
    }

    private static RoiCropper croppersForRecipe(
        String recipes, Function<String, MfrException> missing) {
      return Splitter.on(FaceViews.RECIPE_SEPARATOR)
          .splitToStream(recipes)
          .map(
              recipe ->
                  offered(provider -> provider.cropperForRecipe(recipe))
                      .orElseThrow(() -> missing.apply(recipe)))
          .reduce(RoiCropper::and)
          .orElseThrow();
    }

    private static MfrException missingOfHead(String recipe) {
      return new HeadException(
          "the head was trained on views of the recipe "
              + recipe
              + ", which nothing on the class path offers; give the cropper with"
              + " builder().cropper(…), or train again",
          null);
    }

    private static MfrException missingOfGallery(String recipe) {
      return new GalleryException(
          "the gallery's templates are of faces cropped as \""
              + recipe
              + "\", which nothing on the class path offers; give the cropper with"
              + " builder().cropper(…), or enrol everybody again in a new gallery",
          null);
    }

    private static RoiCropper cropperForView(String view) {
      return offered(provider -> provider.cropperForView(view))
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "no cropper is given, and none for the view \""
                          + view
                          + "\" is on the class path; add the dependency dev.mfr:mfr-landmarks or"
                          + " call cropper(…)"));
    }

    private static <T> Optional<T> offered(Function<ComponentProvider, Optional<T>> part) {
      return ServiceLoader.load(
              ComponentProvider.class, MaskedFaceRecognizer.class.getClassLoader())
          .stream()
          .map(ServiceLoader.Provider::get)
          .flatMap(provider -> part.apply(provider).stream())
          .findFirst();
    }

    /** What was opened so far, to be closed when building fails. */
    private static final class Parts {
      private final List<Object> opened = new ArrayList<>();

      <T> T add(T part) {
        opened.add(part);
        return part;
      }

      void addGiven(@Nullable Object... given) {
        for (Object part : given) {
          if (part != null) {
            opened.add(part);
          }
        }
      }
    }

    private MaskedFaceRecognizer closingOnFailure(Function<Parts, MaskedFaceRecognizer> build) {
      Parts parts = new Parts();
      try {
        return build.apply(parts);
      } catch (Throwable t) {
        parts.addGiven(embedder, classifier, cropper, detector);
        try {
          closeAll(parts.opened.stream().distinct().toArray());
        } catch (MfrException e) {
          t.addSuppressed(e);
        }
        throw t;
      }
    }
  }
}
