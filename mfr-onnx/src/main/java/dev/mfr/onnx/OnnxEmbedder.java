package dev.mfr.onnx;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureMatrix;
import dev.mfr.image.PixelNormalization;
import dev.mfr.inference.InferenceException;
import dev.mfr.inference.InferenceModel;
import dev.mfr.inference.InferenceRuntime;
import dev.mfr.inference.ModelBundle;
import dev.mfr.inference.ModelException;
import dev.mfr.inference.TensorBuffers;
import dev.mfr.inference.TensorSpec;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
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
    return List.of(viewName);
  }

  @Override
  public int featureLength() {
    return features.elements();
  }

  @Override
  public int embeddingLength() {
    return embedding.elements();
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
    List<FaceView> views = new ArrayList<>(faces.size());
    for (FaceViews face : faces) {
      FaceView view = face.get(viewName);
      views.add(view);
      checkArgument(
          view.width() == inputWidth() && view.height() == inputHeight(),
          "model %s takes views \"%s\" of %s×%s pixels, got %s",
          modelId,
          viewName,
          inputWidth(),
          inputHeight(),
          view);
    }
    List<FeatureMatrix> featureParts = new ArrayList<>();
    List<FeatureMatrix> embeddingParts = new ArrayList<>();
    for (int from = 0; from < views.size(); from += maxBatch) {
      List<FaceView> part = views.subList(from, Math.min(views.size(), from + maxBatch));
      FaceFeatures result =
          model.run(
              flipAverage ? 2 * part.size() : part.size(),
              buffers -> fill(part, buffers.input(input.name())),
              buffers -> read(part.size(), buffers));
      featureParts.add(result.features());
      embeddingParts.add(result.embeddings());
    }
    return featureParts.size() == 1
        ? new FaceFeatures(featureParts.get(0), embeddingParts.get(0))
        : new FaceFeatures(
            FeatureMatrix.concat(featureLength(), featureParts),
            FeatureMatrix.concat(embeddingLength(), embeddingParts));
  }

  private void fill(List<FaceView> views, FloatBuffer target) {
    int position = 0;
    for (FaceView view : views) {
      view.renderPlanar(normalization, target, position);
      position += input.elements();
      if (flipAverage) {
        mirror(target, position - input.elements(), position);
        position += input.elements();
      }
    }
  }

  private void mirror(FloatBuffer pixels, int from, int to) {
    int width = inputWidth();
    for (int row = 0; row < input.elements(); row += width) {
      for (int x = 0; x < width; x++) {
        pixels.put(to + row + x, pixels.get(from + row + width - 1 - x));
      }
    }
  }

  private FaceFeatures read(int count, TensorBuffers buffers) {
    FloatBuffer rawFeatures = buffers.output(features.name());
    FeatureMatrix featureRows;
    if (flipAverage) {
      float[] averaged = new float[count * featureLength()];
      for (int row = 0; row < count; row++) {
        average(rawFeatures, row, featureLength(), averaged);
      }
      featureRows = FeatureMatrix.of(count, featureLength(), averaged);
    } else {
      featureRows = FeatureMatrix.copyOf(count, featureLength(), rawFeatures);
    }
    FloatBuffer rawEmbeddings = buffers.output(embedding.name());
    int length = embeddingLength();
    float[] embeddings = new float[count * length];
    if (flipAverage) {
      // Each of the two is brought to unit length first, so that both count the same.
      float[] pair = new float[2 * count * length];
      rawEmbeddings.get(0, pair);
      for (int row = 0; row < 2 * count; row++) {
        toUnitLength(pair, row * length, length);
      }
      FloatBuffer units = FloatBuffer.wrap(pair);
      for (int row = 0; row < count; row++) {
        average(units, row, length, embeddings);
      }
    } else {
      rawEmbeddings.get(0, embeddings);
    }
    for (int row = 0; row < count; row++) {
      toUnitLength(embeddings, row * length, length);
    }
    return new FaceFeatures(featureRows, FeatureMatrix.of(count, length, embeddings));
  }

  /** The mean of the two vectors of one picture and its mirror image. */
  private static void average(FloatBuffer values, int row, int length, float[] target) {
    int first = 2 * row * length;
    for (int i = 0; i < length; i++) {
      target[row * length + i] = (values.get(first + i) + values.get(first + length + i)) / 2;
    }
  }

  /** A vector of zeros stays one. */
  private void toUnitLength(float[] values, int from, int length) {
    double squares = 0;
    for (int i = from; i < from + length; i++) {
      squares += (double) values[i] * values[i];
    }
    if (!Double.isFinite(squares)) {
      throw new InferenceException(
          "model "
              + modelId
              + " gave numbers that are not finite on "
              + model.device()
              + "; check its normalisation and precision",
          null);
    }
    double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
    for (int i = from; i < from + length; i++) {
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
