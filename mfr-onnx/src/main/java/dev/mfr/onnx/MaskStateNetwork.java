package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.MaskReading;
import dev.mfr.face.MaskState;
import dev.mfr.face.MaskStateEstimator;
import dev.mfr.image.PixelNormalization;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.InferenceRuntime;
import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelException;
import dev.mfr.inference.TensorBuffers;
import dev.mfr.inference.TensorSpec;
import dev.mfr.internal.Spares;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says from the lower half of an aligned face whether it wears a mask: the bundled network {@link
 * OnnxModels#maskState()}.
 *
 * <p>It takes views named {@value #VIEW} of 150×150 pixels, the same that {@link DlibEmbedder},
 * {@link MaskAwareEmbedder} and {@link DefaultEmbedder} look at, so whoever has embedded a face
 * needs no further crop. Probabilities are calibrated; a face is {@link MaskState#MASKED} from
 * {@value #MASKED_FROM} on, {@link MaskState#UNMASKED} up to {@value #UNMASKED_TO}, and between
 * them {@link MaskState#NOT_SURE}. A mask worn below the nose is to be not sure, one pulled down to
 * the chin unmasked. Hands, beards, cups and microphones are no masks. A cloth of any sort over
 * mouth and nose, such as a scarf, cannot be told from a mask.
 *
 * <p>Views are rendered straight into the network's input. Thread-safe; whoever opened it closes
 * it, or hands it to something that does.
 */
public final class MaskStateNetwork implements MaskStateEstimator {
  /** The name of the view that it looks at. */
  public static final String VIEW = "chip";

  /** The probability from which on a face counts as masked. */
  public static final double MASKED_FROM = .96;

  /** The probability up to which a face counts as unmasked. */
  public static final double UNMASKED_TO = .04;

  /** Faces that enter the network at once; bounds the memory of a call. */
  private static final int MAX_BATCH = 32;

  private static final List<String> VIEWS = List.of(VIEW);

  private final InferenceModel model;
  private final String modelId;
  private final PixelNormalization normalization;
  private final TensorSpec input;
  private final String output;
  private final Spares<Batch> spares = new Spares<>(Batch::new);

  private MaskStateNetwork(ModelBundle bundle, InferenceModel model) {
    this.model = model;
    this.modelId = bundle.manifest().id();
    this.normalization = bundle.manifest().normalization();
    if (model.inputs().size() != 1
        || model.inputs().get(0).shape().size() != 3
        || model.inputs().get(0).shape().get(0) != 3
        || model.outputs().size() != 1
        || model.outputs().get(0).elements() != 1) {
      throw new ModelException(
          bundle.manifest().name(),
          "a mask state network has one input of planar RGB pictures, [N,3,H,W], and one output of a"
              + " probability, [N,1]; this one has "
              + model.inputs()
              + " and "
              + model.outputs(),
          null);
    }
    this.input = model.inputs().get(0);
    this.output = model.outputs().get(0).name();
  }

  /**
   * {@return the bundled network with {@link OnnxOptions#DEFAULTS}; the caller closes it}
   *
   * @throws InferenceException when ONNX Runtime cannot be loaded
   * @throws ModelException when the jar is damaged
   */
  public static MaskStateNetwork open() {
    return open(OnnxOptions.DEFAULTS);
  }

  /**
   * {@return the bundled network; the caller closes it}
   *
   * @param options threads and places
   * @throws InferenceException when ONNX Runtime cannot be loaded or a required provider does not
   *     work
   * @throws ModelException when the jar is damaged
   */
  public static MaskStateNetwork open(OnnxOptions options) {
    return open(OnnxModels.maskState(), OnnxRuntime.create(options));
  }

  /** {@return a network of one input and one probability} */
  static MaskStateNetwork open(ModelBundle bundle, InferenceRuntime runtime) {
    InferenceModel model = runtime.open(bundle);
    try {
      return new MaskStateNetwork(bundle, model);
    } catch (RuntimeException | Error e) {
      model.close();
      throw e;
    }
  }

  @Override
  public String modelId() {
    return modelId;
  }

  @Override
  public List<String> viewNames() {
    return VIEWS;
  }

  /** {@return where it runs, such as {@code "CPU"}, and why preferred places were passed over} */
  public String device() {
    return model.device();
  }

  @Override
  public List<MaskReading> estimate(List<FaceViews> faces) {
    float[] probabilities = new float[faces.size()];
    estimateInto(faces, probabilities);
    ImmutableList.Builder<MaskReading> readings =
        ImmutableList.builderWithExpectedSize(probabilities.length);
    for (float probability : probabilities) {
      readings.add(new MaskReading(stateOf(probability), probability));
    }
    return readings.build();
  }

  /**
   * Writes the probabilities that {@link #estimate} gives into memory of the caller's; allocates
   * only what ONNX Runtime does. {@link #stateOf} makes states of them.
   *
   * @param faces as for {@link #estimate}
   * @param probabilities receives how probable a mask is, 0…1, for each face; the rest of it stays
   *     as it is
   * @throws IllegalArgumentException when a face lacks the view, one has another size, or the array
   *     is too short
   * @throws IllegalStateException after {@link #close}
   * @throws InferenceException when the runtime fails
   */
  public void estimateInto(List<FaceViews> faces, float[] probabilities) {
    checkArgument(
        probabilities.length >= faces.size(),
        "an array for the probabilities of %s faces is too short: %s",
        faces.size(),
        probabilities.length);
    int height = input.shape().get(1);
    int width = input.shape().get(2);
    for (int i = 0; i < faces.size(); i++) {
      FaceView view = faces.get(i).get(VIEW);
      // No checkArgument: it would box the numbers of every face.
      if (view.width() != width || view.height() != height) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "model %s takes views \"%s\" of %d×%d pixels, got %s",
                modelId,
                VIEW,
                width,
                height,
                view));
      }
    }
    Batch batch = spares.take();
    try {
      for (int from = 0; from < faces.size(); from += MAX_BATCH) {
        batch.set(faces, from, Math.min(MAX_BATCH, faces.size() - from), probabilities);
        model.run(batch.count, batch.fill, batch.read);
      }
    } finally {
      batch.clear();
      spares.give(batch);
    }
  }

  /**
   * {@return what a probability amounts to}
   *
   * @param probability how probable a mask is, 0…1
   */
  public static MaskState stateOf(double probability) {
    if (probability >= MASKED_FROM) {
      return MaskState.MASKED;
    }
    return probability <= UNMASKED_TO ? MaskState.UNMASKED : MaskState.NOT_SURE;
  }

  /** What one run reads and writes; its two callbacks are made once. */
  private final class Batch {
    private List<FaceViews> faces = List.of();
    private int from;
    private int count;
    private float @Nullable [] target;
    final Consumer<TensorBuffers> fill = this::fill;
    final Function<TensorBuffers, Boolean> read = this::read;

    void set(List<FaceViews> faces, int from, int count, float[] target) {
      this.faces = faces;
      this.from = from;
      this.count = count;
      this.target = target;
    }

    void clear() {
      faces = List.of();
      target = null;
    }

    private void fill(TensorBuffers buffers) {
      FloatBuffer pixels = buffers.input(input.name());
      for (int i = 0; i < count; i++) {
        faces.get(from + i).get(VIEW).renderPlanar(normalization, pixels, i * input.elements());
      }
    }

    private Boolean read(TensorBuffers buffers) {
      float[] probabilities = requireNonNull(target);
      FloatBuffer answers = buffers.output(output);
      for (int i = 0; i < count; i++) {
        float answer = answers.get(i);
        if (!(answer >= 0 && answer <= 1)) {
          throw new InferenceException(
              "model "
                  + modelId
                  + " gave the probability "
                  + answer
                  + " on "
                  + model.device()
                  + "; check its normalisation and precision",
              null);
        }
        probabilities[from + i] = answer;
      }
      return true;
    }
  }

  @Override
  public void close() {
    model.close();
  }

  /** {@return the model, the view that it takes and where it runs} */
  @Override
  public String toString() {
    return "MaskStateNetwork[" + modelId + ", " + VIEW + ", " + model.device() + "]";
  }
}
