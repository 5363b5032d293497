package dev.mfr.bench;

import dev.mfr.MaskedFaceRecognizer;
import dev.mfr.MfrException;
import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.geometry.Affine;
import dev.mfr.head.SoftmaxClassifier;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.head.SoftmaxTrainer;
import dev.mfr.head.TrainingOptions;
import dev.mfr.head.TrainingSet;
import dev.mfr.image.Border;
import dev.mfr.image.PixelFormat;
import dev.mfr.image.RgbImage;
import dev.mfr.image.Warp;
import dev.mfr.landmarks.crop.AlignedFaceCropper;
import dev.mfr.landmarks.crop.PeriocularCropper;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.onnx.DefaultEmbedder;
import dev.mfr.onnx.ExecutionProvider;
import dev.mfr.onnx.MaskAwareEmbedder;
import dev.mfr.onnx.OnnxEmbedder;
import dev.mfr.onnx.OnnxOptions;
import dev.mfr.onnx.OnnxRuntime;
import dev.mfr.onnx.ProviderStatus;
import dev.mfr.onnx.ResNet50Embedder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Pictures, networks and heads that the benchmarks share. Everything random is seeded. */
final class BenchPipeline {
  /** How many people the benchmark's head knows. */
  static final int PEOPLE = 100;

  /** The person whose training pictures were the portrait. */
  static final String PORTRAYED = "person 0";

  private static final int SIDE = 250;
  private static final int FRAMES = 30;

  private BenchPipeline() {}

  /** The portrait as it lies in the jar, a PNG file. */
  static byte[] portraitFile() {
    try (InputStream in = BenchPipeline.class.getResourceAsStream("eileen-collins-250.png")) {
      if (in == null) {
        throw new IllegalStateException("the portrait is missing from the benchmarks' jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The decoded 250×250 portrait. */
  static RgbImage portrait() {
    return RgbImage.read(portraitFile());
  }

  /**
   * A square picture of portraits, side by side in as many rows as columns.
   *
   * @param size pixels a side
   * @param faces how many, 1, 4, 9 …
   */
  static RgbImage picture(int size, int faces) {
    RgbImage portrait = portrait();
    int columns = (int) Math.round(Math.sqrt(faces));
    if (columns * columns != faces) {
      throw new MfrException("a picture has 1, 4, 9 … faces, not " + faces);
    }
    if (faces == 1 && size == SIDE) {
      return portrait;
    }
    byte[] tiles = new byte[3 * faces * SIDE * SIDE];
    byte[] tile = new byte[3 * SIDE * SIDE];
    portrait.copyInto(tile);
    for (int y = 0; y < columns * SIDE; y++) {
      for (int x = 0; x < columns; x++) {
        System.arraycopy(
            tile, 3 * SIDE * (y % SIDE), tiles, 3 * SIDE * (y * columns + x), 3 * SIDE);
      }
    }
    int side = columns * SIDE;
    double scale = (double) side / size;
    return Warp.render(
        RgbImage.wrap(tiles, 0, side, side, 3 * side, PixelFormat.RGB),
        Affine.scaling(scale, scale).then(Affine.translation(scale / 2 - .5, scale / 2 - .5)),
        size,
        size,
        Border.REPLICATE);
  }

  /**
   * A video of the portrait, 250×250, which moves in an ellipse, up to 4 pixels from frame to
   * frame; the last frame leads to the first.
   */
  static List<RgbImage> video() {
    RgbImage portrait = portrait();
    List<RgbImage> frames = new ArrayList<>();
    for (int i = 0; i < FRAMES; i++) {
      double angle = 2 * Math.PI * i / FRAMES;
      Affine moved = Affine.translation(16 * Math.cos(angle), 10 * Math.sin(angle));
      frames.add(Warp.render(portrait, moved, SIDE, SIDE, Border.REPLICATE));
    }
    return frames;
  }

  /** Options for a provider's name as in {@code -p provider=cuda}, which is required to work. */
  static OnnxOptions options(String provider, int intraOpThreads) {
    OnnxOptions.Builder options = OnnxOptions.builder().intraOpThreads(intraOpThreads);
    return provider.equals("cpu") ? options.build() : options.require(provider(provider)).build();
  }

  /** {@return why a provider cannot be measured here, or an empty string} */
  static String absence(String name) {
    ExecutionProvider wanted = provider(name);
    for (ProviderStatus status : OnnxRuntime.providers()) {
      if (status.provider().getClass().equals(wanted.getClass())) {
        return status.available() ? "" : name + " cannot be measured here: " + status.reason();
      }
    }
    return "";
  }

  private static ExecutionProvider provider(String name) {
    return switch (name) {
      case "cpu" -> ExecutionProvider.cpu();
      case "cuda" -> ExecutionProvider.cuda(0);
      case "tensorrt" -> ExecutionProvider.tensorRt(0);
      default -> throw new MfrException("the provider is cpu, cuda or tensorrt, not " + name);
    };
  }

  /**
   * An embedder by its name as in {@code -p embedder=fused}.
   *
   * @param name {@code resnet50}, the paper's, or {@code fused}, the default
   */
  static FaceEmbedder embedder(String name, Precision precision, OnnxOptions options) {
    FaceEmbedder resNet50 =
        OnnxEmbedder.builder()
            .model(precision.resNet50())
            .runtime(OnnxRuntime.create(options))
            .viewName(ResNet50Embedder.VIEW)
            .open();
    return switch (name) {
      case "resnet50" -> resNet50;
      case "fused" -> DefaultEmbedder.fuse(resNet50, MaskAwareEmbedder.open(options));
      default -> throw new MfrException("the embedder is resnet50 or fused, not " + name);
    };
  }

  /** The cropper that gives an embedder its views. */
  static RoiCropper cropper(FaceEmbedder embedder) {
    return embedder.viewNames().size() == 1
        ? PeriocularCropper.fourPoint()
        : PeriocularCropper.fourPoint().and(AlignedFaceCropper.dlib());
  }

  static FaceMeshDetector detector(OnnxOptions options) {
    return FaceMeshDetector.builder().runtime(OnnxRuntime.create(options)).open();
  }

  /** The views of the portrait's face. */
  static FaceViews views(FaceMeshDetector detector, RoiCropper cropper) {
    RgbImage portrait = portrait();
    List<DetectedFace> faces = detector.detect(portrait);
    if (faces.size() != 1) {
      throw new IllegalStateException("the portrait must show one face, it shows " + faces.size());
    }
    return cropper.crop(portrait, faces.get(0));
  }

  /**
   * A recognizer that owns its parts, whose head knows {@link #PORTRAYED} and strangers of seeded
   * noise.
   */
  static MaskedFaceRecognizer recognizer(String name, Precision precision, OnnxOptions options) {
    FaceEmbedder embedder = embedder(name, precision, options);
    FaceMeshDetector detector = detector(options);
    RoiCropper cropper = cropper(embedder);
    return MaskedFaceRecognizer.builder()
        .detector(detector)
        .cropper(cropper)
        .classifier(new SoftmaxClassifier(embedder, head(detector, cropper, embedder, PEOPLE)))
        .build();
  }

  /** A head for the portrayed and strangers, trained for one epoch. */
  static SoftmaxHead head(
      FaceMeshDetector detector, RoiCropper cropper, FaceEmbedder embedder, int people) {
    FaceViews views = views(detector, cropper);
    FaceFeatures portrayed = embedder.embed(List.of(views));
    Random random = new Random(1);
    // Two pictures a person, as long as the head is not a gallery of thousands.
    int each = people > 1000 ? 1 : 2;
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < each * people; i++) {
      labels.add("person " + i / each);
    }
    FaceFeatures faces =
        new FaceFeatures(
            rows(portrayed.features(), each, labels.size(), random),
            rows(portrayed.embeddings(), each, labels.size(), random));
    return SoftmaxTrainer.create(TrainingOptions.builder().epochs(1).build())
        .train(
            new TrainingSet(
                labels,
                faces,
                embedder.modelId(),
                views.recipe(embedder.viewNames()),
                embedder.similarityThreshold()));
  }

  /** Copies of a row, then noise of its length. */
  private static FeatureMatrix rows(FeatureMatrix row, int copies, int rows, Random random) {
    int columns = row.columns();
    float[] first = row.row(0);
    double length = length(first, 0, columns);
    float[] values = new float[rows * columns];
    for (int r = 0; r < rows; r++) {
      int from = r * columns;
      if (r < copies) {
        System.arraycopy(first, 0, values, from, columns);
        continue;
      }
      for (int i = from; i < from + columns; i++) {
        values[i] = (float) random.nextGaussian();
      }
      double scale = length / length(values, from, columns);
      for (int i = from; i < from + columns; i++) {
        values[i] *= (float) scale;
      }
    }
    return FeatureMatrix.of(rows, columns, values);
  }

  private static double length(float[] values, int from, int count) {
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      squares += values[i] * values[i];
    }
    return Math.sqrt(squares);
  }
}
