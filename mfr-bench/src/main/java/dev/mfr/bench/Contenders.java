package dev.mfr.bench;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.MfrException;
import dev.mfr.Recognition;
import dev.mfr.RecognitionBuffer;
import dev.mfr.RecognizedFace;
import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.Landmarks;
import dev.mfr.head.SoftmaxClassifier;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.image.RgbImage;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.OnnxOptions;
import java.util.List;
import java.util.Locale;

/**
 * Opens the library and its rivals on the portrait with the same graphs, precision and head, and
 * makes sure that they say the same before anything is timed.
 */
final class Contenders implements AutoCloseable {
  /** This library, a result object a call. */
  static final String MFR = "mfr";

  /** This library, into a buffer that is used again. */
  static final String INTO = "mfr-into";

  static final String BARE = "bare";
  static final String DJL = "djl";
  static final String NAIVE = "naive";
  static final String OPENCV = "opencv";

  /** The farthest that a rival's landmarks may lie from ours on average, in eye distances. */
  private static final double MAX_LANDMARK_DISTANCE = .02;

  /** The least cosine between a rival's features and ours: it crops with other pixels. */
  private static final double MIN_FEATURE_COSINE = .99;

  /** The same in int8, where a rival's sums overflow on processors that have no VNNI. */
  private static final double MIN_INT8_COSINE = .95;

  private final Precision precision;
  private final int threads;
  private final RgbImage picture = BenchPipeline.portrait();
  private final Library library;

  Contenders(Precision precision, int threads) {
    this.precision = precision;
    this.threads = threads;
    this.library = new Library(precision, threads, picture);
  }

  /**
   * {@return a contender, checked; the caller closes it, before these contenders}
   *
   * @param name one of the constants
   * @throws MfrException when it says something else than the library
   */
  Contender open(String name) throws Exception {
    Contender contender =
        switch (name) {
          case MFR -> library.recognition();
          case INTO -> library.intoBuffer();
          case BARE -> new BareRuntime(precision, threads);
          case DJL -> new DjlPipeline(picture, library.head, precision, threads);
          case NAIVE -> new NaivePipeline(picture, library.head, precision, threads);
          case OPENCV -> new OpenCvPipeline(picture, library.head, precision, threads);
          default -> throw new MfrException("no contender is called " + name);
        };
    if (!name.equals(BARE)) {
      try {
        check(contender);
      } catch (Exception e) {
        contender.close();
        throw e;
      }
    }
    return contender;
  }

  private void check(Contender contender) throws Exception {
    Contender.Answer ours = library.answer(library.recognizer.recognize(picture));
    Contender.Answer its = contender.answer();
    double distance = its.landmarkDistance(ours) / library.eyeDistance;
    double cosine = its.featureCosine(ours);
    if (!(distance <= MAX_LANDMARK_DISTANCE
        && cosine >= (precision == Precision.INT8 ? MIN_INT8_COSINE : MIN_FEATURE_COSINE)
        && its.label().equals(ours.label()))) {
      throw new MfrException(
          String.format(
              Locale.ROOT,
              "%s does not recognise as this library does: landmarks %.3f eye distances away, features at cosine %.4f,"
                  + " %s instead of %s; its times would mean nothing",
              contender.name(),
              distance,
              cosine,
              its.label(),
              ours.label()));
    }
  }

  @Override
  public void close() {
    library.close();
  }

  /** This library's parts and the recognizer that owns them. */
  private static final class Library implements AutoCloseable {
    private final RgbImage picture;
    private final FaceMeshDetector detector;
    private final RoiCropper cropper;
    private final FaceEmbedder embedder;
    private final SoftmaxHead head;
    private final MaskedFaceRecognizer recognizer;
    private final double eyeDistance;

    Library(Precision precision, int threads, RgbImage picture) {
      this.picture = picture;
      OnnxOptions options = BenchPipeline.options("cpu", threads);
      detector = BenchPipeline.detector(options);
      embedder = BenchPipeline.embedder("resnet50", precision, options);
      cropper = BenchPipeline.cropper(embedder);
      head = BenchPipeline.head(detector, cropper, embedder, BenchPipeline.PEOPLE);
      recognizer =
          MaskedFaceRecognizer.builder()
              .detector(detector)
              .cropper(cropper)
              .classifier(new SoftmaxClassifier(embedder, head))
              .build();
      eyeDistance = face().landmarks().eyeDistance();
    }

    private DetectedFace face() {
      List<DetectedFace> faces = detector.detect(picture);
      if (faces.size() != 1) {
        throw new IllegalStateException("the picture must show one face, it shows " + faces.size());
      }
      return faces.get(0);
    }

    /** A result object a call. */
    Contender recognition() {
      return new Contender() {
        @Override
        public String name() {
          return "mfr";
        }

        @Override
        public Recognition run() {
          return recognizer.recognize(picture);
        }

        @Override
        public Answer answer() {
          return Library.this.answer(run());
        }

        @Override
        public void close() {}
      };
    }

    /** One buffer for all calls. */
    Contender intoBuffer() {
      RecognitionBuffer buffer = new RecognitionBuffer();
      return new Contender() {
        @Override
        public String name() {
          return "mfr into a buffer";
        }

        @Override
        public RecognitionBuffer run() {
          recognizer.recognizeInto(picture, buffer);
          return buffer;
        }

        @Override
        public Answer answer() {
          return Library.this.answer(run().toRecognition());
        }

        @Override
        public void close() {}
      };
    }

    Contender.Answer answer(Recognition recognition) {
      RecognizedFace recognized = recognition.mainFace().orElseThrow();
      Landmarks landmarks = recognized.landmarks();
      float[] points = new float[2 * landmarks.size()];
      for (int i = 0; i < landmarks.size(); i++) {
        points[2 * i] = landmarks.x(i);
        points[2 * i + 1] = landmarks.y(i);
      }
      float[] features = embedder.embed(List.of(cropper.crop(picture, face()))).features().row(0);
      return new Contender.Answer(points, features, recognized.ranking().get(0).identity());
    }

    /** Closes the parts, which the recognizer owns. */
    @Override
    public void close() {
      recognizer.close();
    }
  }
}
