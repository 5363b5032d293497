package dev.mfr.bench;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.util.NDImageUtils;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.mfr.geometry.Affine;
import dev.mfr.head.SoftmaxHead;
import dev.mfr.image.RgbImage;
import dev.mfr.inference.ModelBundle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Deep Java Library with its ONNX Runtime engine, as its documentation has it: a model from {@link
 * Criteria}, a {@link Predictor} with a {@link Translator}, pictures as {@link Image}.
 *
 * <p>The engine alone has no operations on arrays, so the translator turns the picture's bytes into
 * floats itself. With DJL's PyTorch engine on the class path ({@code mvn package -Pdjl-pytorch})
 * the arrays are PyTorch's and {@link NDImageUtils} does it. An {@link Image} cannot be turned, so
 * crops are drawn by {@link AwtPixels} and wrapped; the detector's input is {@link Image#resize}.
 */
final class DjlPipeline extends PlainPipeline {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.onnxruntime.num_threads", "1");
    System.setProperty("ai.djl.onnxruntime.num_interop_threads", "1");
    System.setProperty("ai.djl.pytorch.num_threads", "1");
    System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
  }

  private static final Logger ENVIRONMENT_LOG = Logger.getLogger("ai.onnxruntime.OrtEnvironment");

  private final BufferedImage picture;
  private final Image whole;
  private final Path folder;
  private final boolean pytorch;
  private final List<Network> networks = new ArrayList<>();

  DjlPipeline(RgbImage picture, SoftmaxHead head, Precision precision, int threads)
      throws Exception {
    super(head, picture.width());
    this.picture = picture.toBufferedImage();
    this.whole = ImageFactory.getInstance().fromImage(this.picture);
    this.pytorch = Engine.hasEngine("PyTorch");
    this.folder = Files.createTempDirectory("mfr-bench-djl");
    try {
      List<ModelBundle> bundles = BareRuntime.bundles(precision);
      networks.add(
          new Network(
              bundles.get(0),
              new PixelTranslator(1 / 127.5f, -1, pytorch, "classificators", "regressors"),
              threads));
      networks.add(
          new Network(
              bundles.get(1), new PixelTranslator(1 / 255f, 0, pytorch, "conv2d_21"), threads));
      networks.add(
          new Network(
              bundles.get(2), new PixelTranslator(1 / 127.5f, -1, pytorch, "features"), threads));
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  /**
   * Lets DJL make ONNX Runtime's environment, of which a process has one: its engine refuses an
   * environment that is there already. To be called before anything else uses ONNX Runtime.
   */
  static void prepare() {
    // It warns that the library finds an environment of another name.
    ENVIRONMENT_LOG.setLevel(Level.SEVERE);
    Engine.getEngine("OnnxRuntime");
  }

  @Override
  public String name() {
    return pytorch ? "DJL with PyTorch" : "DJL";
  }

  @Override
  Detections detect() throws Exception {
    List<float[]> out =
        networks.get(0).predictor.predict(whole.resize(DETECTOR_SIZE, DETECTOR_SIZE, true));
    float[] logits = out.get(0);
    float[] rows = out.get(1);
    return new Detections() {
      @Override
      public float logit(int anchor) {
        return logits[anchor];
      }

      @Override
      public float value(int anchor, int column) {
        return rows[16 * anchor + column];
      }
    };
  }

  @Override
  float[] mesh(Affine pictureFromInput) throws Exception {
    return networks.get(1).predictor.predict(crop(pictureFromInput, MESH_SIZE)).get(0);
  }

  @Override
  float[] features(Affine pictureFromInput) throws Exception {
    return networks.get(2).predictor.predict(crop(pictureFromInput, REGION_SIZE)).get(0);
  }

  private Image crop(Affine pictureFromInput, int size) {
    return ImageFactory.getInstance().fromImage(AwtPixels.crop(picture, pictureFromInput, size));
  }

  @Override
  public void close() throws IOException {
    networks.forEach(Network::close);
    MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
  }

  private final class Network implements AutoCloseable {
    private final ZooModel<Image, List<float[]>> model;
    private final Predictor<Image, List<float[]>> predictor;

    @SuppressWarnings("unchecked")
    Network(ModelBundle bundle, PixelTranslator translator, int threads) throws Exception {
      Path file = folder.resolve(bundle.manifest().name() + ".onnx");
      Files.write(file, bundle.bytes());
      model =
          Criteria.builder()
              .setTypes(Image.class, (Class<List<float[]>>) (Class<?>) List.class)
              .optModelPath(file)
              .optEngine("OnnxRuntime")
              .optDevice(Device.cpu())
              .optTranslator(translator)
              // The second is read only when the first is given.
              .optOption("interOpNumThreads", "1")
              .optOption("intraOpNumThreads", Integer.toString(threads))
              .build()
              .loadModel();
      predictor = model.newPredictor();
    }

    @Override
    public void close() {
      predictor.close();
      model.close();
    }
  }

  /** Pixels to a planar float array of batch 1, and outputs to Java arrays. */
  private static final class PixelTranslator implements Translator<Image, List<float[]>> {
    private final float scale;
    private final float offset;
    private final boolean pytorch;
    private final List<String> outputs;

    PixelTranslator(float scale, float offset, boolean pytorch, String... outputs) {
      this.scale = scale;
      this.offset = offset;
      this.pytorch = pytorch;
      this.outputs = List.of(outputs);
    }

    @Override
    public NDList processInput(TranslatorContext context, Image image) {
      NDManager manager = context.getNDManager();
      NDArray pixels = image.toNDArray(manager);
      if (pytorch) {
        NDArray unit = NDImageUtils.toTensor(pixels);
        return new NDList(unit.mul(255 * scale).add(offset).expandDims(0));
      }
      int width = image.getWidth();
      int height = image.getHeight();
      int plane = width * height;
      ByteBuffer rgb = pixels.toByteBuffer();
      float[] planar = new float[3 * plane];
      for (int i = 0; i < plane; i++) {
        planar[i] = (rgb.get(3 * i) & 255) * scale + offset;
        planar[i + plane] = (rgb.get(3 * i + 1) & 255) * scale + offset;
        planar[i + 2 * plane] = (rgb.get(3 * i + 2) & 255) * scale + offset;
      }
      return new NDList(manager.create(planar, new Shape(1, 3, height, width)));
    }

    @Override
    public List<float[]> processOutput(TranslatorContext context, NDList list) {
      return outputs.stream().map(name -> list.get(name).toFloatArray()).toList();
    }

    @Override
    public @Nullable Batchifier getBatchifier() {
      return null;
    }
  }
}
