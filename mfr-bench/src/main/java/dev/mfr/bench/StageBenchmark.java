package dev.mfr.bench;

import dev.mfr.RoiCropper;
import dev.mfr.face.DetectedFace;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Point;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.image.Border;
import dev.mfr.image.PixelNormalization;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.InferenceModel;
import dev.mfr.landmarks.mask.MaskSynthesizer;
import dev.mfr.landmarks.mask.MaskedPicture;
import dev.mfr.landmarks.mesh.FaceMeshDetector;
import dev.mfr.landmarks.mesh.MeshModels;
import dev.mfr.onnx.OnnxOptions;
import dev.mfr.onnx.OnnxRuntime;
import dev.mfr.video.FaceTracker;
import dev.mfr.video.TrackedFace;
import dev.mfr.video.TrackingOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The stages of one recognition of the 250×250 portrait, each alone, and drawing a mask on it.
 *
 * <pre>java -jar mfr-bench/target/benchmarks.jar StageBenchmark -prof gc</pre>
 *
 * <p>{@link #detect} is the whole detector, {@link #mesh} its second half: the warp of a face's
 * square and one run of the mesh network. {@link #crop} computes the region and renders nothing:
 * its pixels are drawn by {@link #embed}, straight into the network's input.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class StageBenchmark {
  private static final int MESH_SIZE = 192;

  /** {@code resnet50}, the paper's, or {@code fused}, the default. */
  @Param({"resnet50", "fused"})
  public String embedder;

  /** {@code int8}, or {@code fp32} with a file. */
  @Param("int8")
  public String precision;

  /** {@code cpu}, {@code cuda} or {@code tensorrt}. */
  @Param("cpu")
  public String provider;

  /** Threads inside one run of a network. */
  @Param("1")
  public int intraOpThreads;

  private final MaskSynthesizer masks = MaskSynthesizer.create();
  private byte[] file;
  private RgbImage portrait;
  private FaceMeshDetector detector;
  private List<RgbImage> video;
  private int frame;
  private FaceTracker tracker;
  private InferenceModel meshModel;
  private FaceView meshWindow;
  private PixelNormalization meshNormalization;
  private RoiCropper cropper;
  private FaceEmbedder network;
  private SoftmaxHead head;
  private DetectedFace face;
  private FaceViews views;
  private float[] features;
  private double[] probabilities;
  private long seed;

  /** Opens everything and recognises once, stage by stage. */
  @Setup
  public void open() {
    OnnxOptions options = BenchPipeline.options(provider, intraOpThreads);
    file = BenchPipeline.portraitFile();
    portrait = BenchPipeline.portrait();
    detector = BenchPipeline.detector(options);
    video = BenchPipeline.video();
    frame = 0;
    tracker = detector.tracker(TrackingOptions.defaults());
    meshModel = OnnxRuntime.create(options).open(MeshModels.faceMesh());
    meshNormalization = MeshModels.faceMesh().manifest().normalization();
    network = BenchPipeline.embedder(embedder, Precision.of(precision), options);
    cropper = BenchPipeline.cropper(network);
    views = BenchPipeline.views(detector, cropper);
    head = BenchPipeline.head(detector, cropper, network, BenchPipeline.PEOPLE);
    face = detector.detect(portrait).get(0);
    meshWindow = meshWindow(portrait, face.landmarks());
    features = network.embed(List.of(views)).features().row(0);
    probabilities = new double[head.labels().size()];
    seed = 0;
  }

  /** A level square around the mesh, half as long again as it, as the mesh network wants it. */
  private static FaceView meshWindow(RgbImage portrait, Landmarks landmarks) {
    Point centre = landmarks.bounds().centre();
    double side = 1.5 * Math.max(landmarks.bounds().width(), landmarks.bounds().height());
    Affine window =
        Affine.translation(-centre.x(), -centre.y())
            .then(Affine.rotation(-landmarks.roll()))
            .then(Affine.scaling(MESH_SIZE / side, MESH_SIZE / side))
            .then(Affine.translation(MESH_SIZE / 2., MESH_SIZE / 2.));
    return FaceView.window(
        "mesh", "mesh-192", portrait, window, MESH_SIZE, MESH_SIZE, Border.REPLICATE);
  }

  /** Closes everything. */
  @TearDown
  public void close() {
    network.close();
    meshModel.close();
    tracker.close();
    detector.close();
  }

  /** A PNG file of 250×250 pixels to pixels. */
  @Benchmark
  public RgbImage decode() {
    return RgbImage.read(file);
  }

  /** All faces with their 468 points. */
  @Benchmark
  public List<DetectedFace> detect() {
    return detector.detect(portrait);
  }

  /** The faces of a video's next frame by tracking; the baseline is {@link #detect}. */
  @Benchmark
  public List<TrackedFace> track() {
    frame = (frame + 1) % video.size();
    return tracker.track(video.get(frame));
  }

  /** The points of one square. */
  @Benchmark
  public float mesh() {
    return meshModel.run(
        1,
        in -> meshWindow.renderPlanar(meshNormalization, in.input("input_1"), 0),
        out -> out.output("conv2d_21").get(0));
  }

  /** The views of one face. */
  @Benchmark
  public FaceViews crop() {
    return cropper.crop(portrait, face);
  }

  /** Features and embedding of one face. */
  @Benchmark
  public FaceFeatures embed() {
    return network.embed(List.of(views));
  }

  /** Features to the probabilities of a hundred people. */
  @Benchmark
  public double[] head() {
    head.probabilitiesInto(features, probabilities);
    return probabilities;
  }

  /** A mask on the portrait; each call another one, the same ones in each run. */
  @Benchmark
  public MaskedPicture mask() {
    return masks.synthesize(portrait, face.landmarks(), seed++);
  }
}
