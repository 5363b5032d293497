package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureBuffer;
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
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An embedder around a network of your own: one input of planar RGB pictures, [N,3,H,W], and one
 * output of features, of an embedding, or both.
 *
 * <pre>{@code
 * try (OnnxEmbedder embedder =
 *     OnnxEmbedder.builder().model(Path.of("arcface.onnx")).viewName("chip").open()) {
 *   FaceFeatures features = embedder.embed(views);
 * }
 * }</pre>
 *
 * <p>Views are rendered straight into the network's input buffer. Thread-safe; whoever opened it
 * closes it, or hands it to a recognizer that does.
 */
public final class OnnxEmbedder implements FaceEmbedder {
  private final InferenceModel model;
  private final String modelId;
  private final String viewName;
  private final PixelNormalization normalization;
  private final TensorSpec input;
  private final TensorSpec features;
  private final TensorSpec embedding;
  private final boolean flipAverage;
  private final int maxBatch;
  private final OptionalDouble similarityThreshold;
  private final List<String> viewNames;
  private final int inputLength;
  private final int featureLength;
  private final int embeddingLength;
  private final Spares<Batch> spares = new Spares<>(Batch::new);

  private OnnxEmbedder(Builder b, ModelBundle bundle, InferenceModel model) {
    String name = bundle.manifest().name();
    this.model = model;
    this.modelId = bundle.manifest().id() + (b.flipAverage ? "+flip" : "");
    this.viewName = b.viewName;
    this.normalization =
        b.normalization == null ? bundle.manifest().normalization() : b.normalization;
    this.flipAverage = b.flipAverage;
    this.maxBatch = b.maxBatch;
    this.similarityThreshold =
        b.similarityThreshold.isPresent()
            ? b.similarityThreshold
            : bundle.manifest().similarityThreshold();
    if (model.inputs().size() != 1
        || model.inputs().get(0).shape().size() != 3
        || model.inputs().get(0).shape().get(0) != 3) {
      throw new ModelException(
          name,
          "an embedder has one input of planar RGB pictures, [N,3,H,W]; this one has "
              + model.inputs(),
          null);
    }
    this.input = model.inputs().get(0);
    TensorSpec wantedEmbedding = find(name, model, b.embedding, "embedding");
    TensorSpec wantedFeatures = find(name, model, b.features, "features");
    TensorSpec one = wantedEmbedding == null ? wantedFeatures : wantedEmbedding;
    if (one == null) {
      if (model.outputs().size() != 1) {
        throw new ModelException(
            name,
            "it has the outputs "
                + model.outputs()
                + "; say which ones to use with features(name) and embedding(name)",
            null);
      }
      one = model.outputs().get(0);
    }
    this.features = wantedFeatures == null ? one : wantedFeatures;
    this.embedding = wantedEmbedding == null ? one : wantedEmbedding;
    this.viewNames = List.of(viewName);
    this.inputLength = input.elements();
    this.featureLength = features.elements();
    this.embeddingLength = embedding.elements();
  }

  private static @Nullable TensorSpec find(
      String model, InferenceModel from, @Nullable String wanted, String usual) {
    String name = wanted == null ? usual : wanted;
    for (TensorSpec output : from.outputs()) {
      if (output.name().equals(name)) {
        return output;
      }
    }
    if (wanted != null) {
      throw new ModelException(
          model, "it has no output \"" + wanted + "\", it has " + from.outputs(), null);
    }
    return null;
  }

  /** {@return a builder; only a model must be given} */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String modelId() {
    return modelId;
  }

  @Override
  public List<String> viewNames() {
    return viewNames;
  }

  @Override
  public int featureLength() {
    return featureLength;
  }

  @Override
  public int embeddingLength() {
    return embeddingLength;
  }

  @Override
  public OptionalDouble similarityThreshold() {
    return similarityThreshold;
  }

  /** {@return the columns of the pictures that it takes} */
  public int inputWidth() {
    return input.shape().get(2);
  }

  /** {@return the rows of the pictures that it takes} */
  public int inputHeight() {
    return input.shape().get(1);
  }

  /** {@return where it runs, such as {@code "CPU"}, and why preferred places were passed over} */
  public String device() {
    return model.device();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Lists longer than the builder's {@link Builder#maxBatch} are run in parts.
   */
  @Override
  public FaceFeatures embed(List<FaceViews> faces) {
    FeatureBuffer made = new FeatureBuffer();
    embedInto(faces, made);
    return made.toFeatures();
  }

  /**
   * Writes what {@link #embed} gives into memory of the caller's; allocates only what ONNX Runtime
   * does.
   *
   * @param faces as for {@link #embed}
   * @param target receives a row a face
   */
  @Override
  public void embedInto(List<FaceViews> faces, FeatureBuffer target) {
    for (int i = 0; i < faces.size(); i++) {
      FaceView view = faces.get(i).get(viewName);
      // No checkArgument: it would box the numbers of every face.
      if (view.width() != inputWidth() || view.height() != inputHeight()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "model %s takes views \"%s\" of %d×%d pixels, got %s",
                modelId,
                viewName,
                inputWidth(),
                inputHeight(),
                view));
      }
    }
    target.reset(faces.size(), featureLength, embeddingLength);
    Batch batch = spares.take();
    try {
      for (int from = 0; from < faces.size(); from += maxBatch) {
        batch.set(faces, from, Math.min(maxBatch, faces.size() - from), target);
        model.run(flipAverage ? 2 * batch.count : batch.count, batch.fill, batch.read);
      }
    } finally {
      batch.clear();
      spares.give(batch);
    }
  }

  /** What one run reads and writes; its two callbacks are made once. */
  private final class Batch {
    private List<FaceViews> faces = List.of();
    private int from;
    private int count;
    private @Nullable FeatureBuffer target;
    final Consumer<TensorBuffers> fill = this::fill;
    final Function<TensorBuffers, Boolean> read = this::read;

    void set(List<FaceViews> faces, int from, int count, FeatureBuffer target) {
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
      int position = 0;
      for (int i = from; i < from + count; i++) {
        faces.get(i).get(viewName).renderPlanar(normalization, pixels, position);
        position += inputLength;
        if (flipAverage) {
          mirror(pixels, position - inputLength, position);
          position += inputLength;
        }
      }
    }

    private Boolean read(TensorBuffers buffers) {
      FeatureBuffer rows = requireNonNull(target);
      FloatBuffer rawFeatures = buffers.output(features.name());
      FloatBuffer rawEmbeddings = buffers.output(embedding.name());
      for (int i = 0; i < count; i++) {
        float[] featureRow = rows.features(from + i);
        float[] embeddingRow = rows.embedding(from + i);
        if (flipAverage) {
          average(rawFeatures, 2 * i, featureRow, 1, 1);
          average(
              rawEmbeddings,
              2 * i,
              embeddingRow,
              unitScale(rawEmbeddings, 2 * i),
              unitScale(rawEmbeddings, 2 * i + 1));
        } else {
          rawFeatures.get(i * featureLength, featureRow);
          rawEmbeddings.get(i * embeddingLength, embeddingRow);
        }
        toUnitLength(embeddingRow);
      }
      return true;
    }
  }

  private void mirror(FloatBuffer pixels, int from, int to) {
    int width = inputWidth();
    for (int row = 0; row < inputLength; row += width) {
      for (int x = 0; x < width; x++) {
        pixels.put(to + row + x, pixels.get(from + row + width - 1 - x));
      }
    }
  }

  /**
   * The mean of the vectors of one picture and its mirror image, each scaled first, so that both
   * count the same.
   */
  private static void average(
      FloatBuffer values, int row, float[] target, double scale, double mirroredScale) {
    int length = target.length;
    int first = row * length;
    for (int i = 0; i < length; i++) {
      float one = (float) (values.get(first + i) * scale);
      float other = (float) (values.get(first + length + i) * mirroredScale);
      target[i] = (one + other) / 2;
    }
  }

  /** What gives an embedding unit length; 0 for one of zeros. */
  private double unitScale(FloatBuffer values, int row) {
    double squares = 0;
    for (int i = row * embeddingLength; i < (row + 1) * embeddingLength; i++) {
      squares += (double) values.get(i) * values.get(i);
    }
    return unitScale(squares);
  }

  private double unitScale(double squares) {
    if (!Double.isFinite(squares)) {
      throw new InferenceException(
          "model "
              + modelId
              + " gave numbers that are not finite on "
              + model.device()
              + "; check its normalisation and precision",
          null);
    }
    return squares == 0 ? 0 : 1 / Math.sqrt(squares);
  }

  /** A vector of zeros stays one. */
  private void toUnitLength(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    double scale = unitScale(squares);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * scale);
    }
  }

  @Override
  public void close() {
    model.close();
  }

  /** {@return the model, the view that it takes and where it runs} */
  @Override
  public String toString() {
    return "OnnxEmbedder["
        + modelId
        + ", "
        + viewName
        + " "
        + inputWidth()
        + "×"
        + inputHeight()
        + ", "
        + model.device()
        + "]";
  }

  /** Collects an embedder's settings. Not thread-safe. */
  public static final class Builder {
    private @Nullable Path file;
    private @Nullable ModelBundle bundle;
    private @Nullable InferenceRuntime runtime;
    private String viewName = ResNet50Embedder.VIEW;
    private @Nullable String features;
    private @Nullable String embedding;
    private @Nullable PixelNormalization normalization;
    private boolean flipAverage;
    private int maxBatch = 32;
    private OptionalDouble similarityThreshold = OptionalDouble.empty();

    private Builder() {}

    /**
     * Sets the network. When a manifest lies beside the file ({@code face.onnx} → {@code
     * face.properties}) its SHA-256 is checked and its normalisation and threshold are used.
     *
     * @param file an ONNX file
     * @return this builder
     */
    public Builder model(Path file) {
      this.file = file;
      this.bundle = null;
      return this;
    }

    /**
     * Sets the network.
     *
     * @param bundle a network that was read already
     * @return this builder
     */
    public Builder model(ModelBundle bundle) {
      this.bundle = bundle;
      this.file = null;
      return this;
    }

    /**
     * Sets what runs the network; {@link OnnxRuntime#create()} unless set.
     *
     * @param runtime opens the network
     * @return this builder
     */
    public Builder runtime(InferenceRuntime runtime) {
      this.runtime = runtime;
      return this;
    }

    /**
     * Sets which of a cropper's views it looks at; {@code "roi"} unless set.
     *
     * @param viewName the view's name
     * @return this builder
     */
    public Builder viewName(String viewName) {
      checkArgument(!viewName.isBlank(), "a view needs a name");
      this.viewName = viewName;
      return this;
    }

    /**
     * Sets the output that a head is trained on; unless set, the one named {@code "features"}, or
     * else the embedding's.
     *
     * @param output its name in the graph
     * @return this builder
     */
    public Builder features(String output) {
      this.features = output;
      return this;
    }

    /**
     * Sets the output that faces are compared by, brought to unit length; unless set, the one named
     * {@code "embedding"}, or else the features'. When the graph has neither name and one output,
     * that one is both.
     *
     * @param output its name in the graph
     * @return this builder
     */
    public Builder embedding(String output) {
      this.embedding = output;
      return this;
    }

    /**
     * Sets how channel values enter the network; unless set, as the manifest says, or {@link
     * PixelNormalization#SIGNED_UNIT} where there is none.
     *
     * @param normalization scale and offset
     * @return this builder
     */
    public Builder normalization(PixelNormalization normalization) {
      this.normalization = normalization;
      return this;
    }

    /**
     * Sets whether each view is also embedded mirrored and the two answers are averaged: a little
     * more accurate for twice the time; false unless set. The model id gets the ending {@code
     * "+flip"}.
     *
     * @param flipAverage true to average
     * @return this builder
     */
    public Builder flipAverage(boolean flipAverage) {
      this.flipAverage = flipAverage;
      return this;
    }

    /**
     * Sets how many views enter the network at once; 32 unless set. Bounds the memory of a call.
     *
     * @param views at least 1
     * @return this builder
     */
    public Builder maxBatch(int views) {
      checkArgument(views >= 1, "a batch has 1 view or more, got %s", views);
      this.maxBatch = views;
      return this;
    }

    /**
     * Sets the cosine similarity below which two faces count as different people; unless set, the
     * manifest's, where it has one.
     *
     * @param similarity −1…1
     * @return this builder
     */
    public Builder similarityThreshold(double similarity) {
      checkArgument(
          similarity >= -1 && similarity <= 1,
          "a cosine similarity is between −1 and 1, got %s",
          similarity);
      this.similarityThreshold = OptionalDouble.of(similarity);
      return this;
    }

    /**
     * {@return the embedder, ready to use; the caller closes it}
     *
     * @throws IllegalStateException when no model was given
     * @throws ModelException when the model is missing, damaged, or no embedder
     * @throws InferenceException when the runtime is not available
     */
    public OnnxEmbedder open() {
      ModelBundle opened = bundle;
      if (opened == null) {
        checkState(file != null, "an embedder needs a model: call model(file) first");
        opened =
            ModelBundle.file(
                file, normalization == null ? PixelNormalization.SIGNED_UNIT : normalization);
      }
      InferenceModel model = (runtime == null ? OnnxRuntime.create() : runtime).open(opened);
      try {
        return new OnnxEmbedder(this, opened, model);
      } catch (RuntimeException | Error e) {
        model.close();
        throw e;
      }
    }
  }
}
