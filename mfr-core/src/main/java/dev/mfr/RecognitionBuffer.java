package dev.mfr;

import static java.util.Objects.checkIndex;

import com.google.common.collect.ImmutableList;
import dev.mfr.face.FaceBuffer;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskReading;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.internal.StageEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a recognizer says of one picture, in memory that is used again for the next: for services
 * and video, where nothing should be left to the garbage collector.
 *
 * <pre>{@code
 * RecognitionBuffer result = new RecognitionBuffer(); // one a thread
 * for (RgbImage picture : pictures) {
 *   recognizer.recognizeInto(picture, result);
 *   for (int i = 0; i < result.size(); i++) {
 *     if (result.isKnown(i)) {
 *       greet(result.candidate(i));
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>Faces are counted as in {@link Recognition#faces()}: usable ones, the surest first. Not
 * thread-safe: one a thread. It holds on to no picture, but to the last people's landmarks and
 * probabilities until it is written over: biometric data.
 */
public final class RecognitionBuffer {
  private static final int CORNERS = 4;

  private final FaceBuffer detected = new FaceBuffer();
  private final List<FaceViews> views = new ArrayList<>();
  private final ClassificationBuffer answers = new ClassificationBuffer();
  private int width;
  private int height;

  /** Of each detected face why it is rejected, or null. */
  private @Nullable String[] rejections = new String[0];

  /** The index of each usable face among the detected ones. */
  private int[] usable = new int[0];

  /** The corners of each usable face's region, x and y. */
  private double[] outlines = new double[0];

  private int size;
  private long decodeNanos;
  private long detectNanos;
  private long cropNanos;
  private long classifyNanos;

  /** A buffer without faces; memory comes with the first pictures. */
  public RecognitionBuffer() {}

  /** Finds and crops; {@link #views} then has the usable faces, until {@link #dropViews}. */
  void look(RgbImage image, LandmarkDetector detector, RoiCropper cropper) {
    clear();
    long start = System.nanoTime();
    StageEvent detect = StageEvent.begin(StageEvent.Detect::new);
    detector.detectInto(image, detected);
    StageEvent.end(detect, detected.size());
    crop(image, cropper, System.nanoTime() - start);
  }

  /** Looks at several pictures at once; each has a buffer. */
  static void lookAll(
      List<RgbImage> images,
      LandmarkDetector detector,
      RoiCropper cropper,
      List<RecognitionBuffer> buffers) {
    long start = System.nanoTime();
    StageEvent detect = StageEvent.begin(StageEvent.Detect::new);
    List<FaceBuffer> faces = buffers.stream().map(buffer -> buffer.detected).toList();
    detector.detectAllInto(images, faces);
    StageEvent.end(detect, faces.stream().mapToInt(FaceBuffer::size).sum());
    long perPicture = (System.nanoTime() - start) / Math.max(1, images.size());
    for (int i = 0; i < images.size(); i++) {
      buffers.get(i).crop(images.get(i), cropper, perPicture);
    }
  }

  private void crop(RgbImage image, RoiCropper cropper, long detectNanos) {
    this.detectNanos = detectNanos;
    width = image.width();
    height = image.height();
    long start = System.nanoTime();
    StageEvent crop = StageEvent.begin(StageEvent.Crop::new);
    reserve(detected.size());
    for (int i = 0; i < detected.size(); i++) {
      FaceViews found = cropper.crop(image, detected.borrow(i));
      if (found.isRejected()) {
        rejections[i] = found.rejection();
      } else {
        rejections[i] = null;
        outline(found.list().get(0), 2 * CORNERS * size);
        usable[size++] = i;
        views.add(found);
      }
    }
    StageEvent.end(crop, size);
    cropNanos = System.nanoTime() - start;
  }

  void clear() {
    detected.clear();
    views.clear();
    answers.reset(0);
    size = 0;
    decodeNanos = 0;
    detectNanos = 0;
    cropNanos = 0;
    classifyNanos = 0;
  }

  private void reserve(int faces) {
    if (faces > usable.length) {
      rejections = Arrays.copyOf(rejections, faces);
      usable = Arrays.copyOf(usable, faces);
      outlines = Arrays.copyOf(outlines, 2 * CORNERS * faces);
    }
  }

  private void outline(FaceView view, int at) {
    Affine map = view.sourceFromView();
    double right = view.width() - .5;
    double bottom = view.height() - .5;
    for (int corner = 0; corner < CORNERS; corner++) {
      double x = corner == 0 || corner == 3 ? -.5 : right;
      double y = corner < 2 ? -.5 : bottom;
      outlines[at + 2 * corner] = map.applyX(x, y);
      outlines[at + 2 * corner + 1] = map.applyY(x, y);
    }
  }

  List<FaceViews> views() {
    return views;
  }

  ClassificationBuffer answers() {
    return answers;
  }

  void dropViews() {
    views.clear();
  }

  void setDecodeNanos(long nanos) {
    decodeNanos = nanos;
  }

  void setClassifyNanos(long nanos) {
    classifyNanos = nanos;
  }

  /** {@return the width of the picture in pixels; 0 before the first} */
  public int width() {
    return width;
  }

  /** {@return the height of the picture in pixels; 0 before the first} */
  public int height() {
    return height;
  }

  /** {@return how many usable faces there are} */
  public int size() {
    return size;
  }

  private int detectedIndex(int face) {
    return usable[checkIndex(face, size)];
  }

  /**
   * {@return the first candidate, believed or not; null when there is none}
   *
   * @param face a face's index, below {@link #size()}
   */
  public @Nullable String candidate(int face) {
    return answers.candidate(face);
  }

  /**
   * {@return whether the first candidate is the answer; otherwise the face is of nobody known}
   *
   * @param face a face's index
   */
  public boolean isKnown(int face) {
    return answers.isKnown(face);
  }

  /**
   * {@return the first candidate's probability, believed or not, 0…1}
   *
   * @param face a face's index
   */
  public double probability(int face) {
    return answers.probability(face);
  }

  /**
   * {@return the face's similarity to the first candidate, −1…1; not a number where the classifier
   * gives none}
   *
   * @param face a face's index
   */
  public double similarity(int face) {
    return answers.similarity(face);
  }

  /**
   * {@return whether the face wears a mask, where the classifier looks}
   *
   * @param face a face's index
   */
  public MaskReading mask(int face) {
    return answers.mask(face);
  }

  /**
   * {@return the face's box, in pixels of the picture}
   *
   * @param face a face's index
   */
  public Box box(int face) {
    return detected.box(detectedIndex(face));
  }

  /**
   * {@return how sure the detector is, 0…1}
   *
   * @param face a face's index
   */
  public double score(int face) {
    return detected.score(detectedIndex(face));
  }

  /**
   * {@return how sure the landmark network is that it sees a whole face, 0…1}
   *
   * @param face a face's index
   */
  public double presence(int face) {
    return detected.presence(detectedIndex(face));
  }

  /**
   * {@return the landmarks themselves, not a copy: x, y, z of each point, in pixels of the picture;
   * valid until the next recognition}
   *
   * @param face a face's index
   */
  public float[] landmarks(int face) {
    return detected.coordinates(detectedIndex(face));
  }

  /** {@return how long the stages took, in nanoseconds: decode, detect, crop, classify} */
  public StageTimings timings() {
    return new StageTimings(
        Duration.ofNanos(decodeNanos),
        Duration.ofNanos(detectNanos),
        Duration.ofNanos(cropNanos),
        Duration.ofNanos(classifyNanos));
  }

  /** {@return a recognition of its own, which stays as it is} */
  public Recognition toRecognition() {
    return toRecognition(answers, 0);
  }

  /** {@return the recognition with answers that lie elsewhere, from an index on} */
  Recognition toRecognition(ClassificationBuffer answers, int from) {
    ImmutableList.Builder<RecognizedFace> faces = ImmutableList.builderWithExpectedSize(size);
    for (int i = 0; i < size; i++) {
      faces.add(new RecognizedFace(detected.get(usable[i]), region(i), answers.get(from + i)));
    }
    ImmutableList.Builder<RejectedFace> rejected = ImmutableList.builder();
    for (int i = 0; i < detected.size(); i++) {
      String reason = rejections[i];
      if (reason != null) {
        rejected.add(new RejectedFace(detected.get(i), reason));
      }
    }
    return new Recognition(width, height, faces.build(), rejected.build(), timings());
  }

  private List<Point> region(int face) {
    ImmutableList.Builder<Point> corners = ImmutableList.builderWithExpectedSize(CORNERS);
    int at = 2 * CORNERS * face;
    for (int i = at; i < at + 2 * CORNERS; i += 2) {
      corners.add(new Point(outlines[i], outlines[i + 1]));
    }
    return corners.build();
  }

  /** {@return how many faces there are, never who} */
  @Override
  public String toString() {
    return "RecognitionBuffer[" + size + " faces of " + width + "×" + height + "]";
  }
}
