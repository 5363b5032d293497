package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.Classification;
import dev.mfr.ClassificationBuffer;
import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureBuffer;
import dev.mfr.internal.Spares;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Trained layers that end in a softmax: from an embedder's features to a probability for each
 * person it knows.
 *
 * <p>Immutable and thread-safe. A head belongs to one embedder and one way of cropping and refuses
 * others. It holds people's labels and mean embeddings: biometric data.
 */
public final class SoftmaxHead {
  private final List<String> labels;
  private final String embedderId;
  private final String viewRecipe;
  private final Standardization standardization;
  private final HeadKind kind;
  private final HeadLayers layers;
  private final double temperature;
  private final float[][] meanEmbeddings;
  private final UnknownRule unknownRule;
  private final ThresholdSource thresholdSource;
  private final TrainingSummary summary;
  private final Spares<Scratch> spares;

  /** Takes the arrays over. */
  SoftmaxHead(
      List<String> labels,
      String embedderId,
      String viewRecipe,
      Standardization standardization,
      HeadKind kind,
      HeadLayers layers,
      double temperature,
      float[][] meanEmbeddings,
      UnknownRule unknownRule,
      ThresholdSource thresholdSource,
      TrainingSummary summary) {
    this.labels = List.copyOf(labels);
    this.embedderId = embedderId;
    this.viewRecipe = viewRecipe;
    this.standardization = standardization;
    this.kind = kind;
    this.layers = layers;
    this.temperature = temperature;
    this.meanEmbeddings = meanEmbeddings;
    this.unknownRule = unknownRule;
    this.thresholdSource = thresholdSource;
    this.summary = summary;
    this.spares = new Spares<>(() -> new Scratch(layers.features(), layers.classes()));
    checkArgument(temperature > 0 && Double.isFinite(temperature), "temperature %s", temperature);
  }

  /**
   * {@return the head in a file}
   *
   * @param file a file that {@link #save} wrote
   * @throws HeadException when the file is missing, a directory, empty, no head, of a newer format,
   *     cut or changed
   */
  public static SoftmaxHead load(Path file) {
    return HeadFile.read(file);
  }

  /**
   * Writes this head to a file, which appears whole or not at all; an existing file is replaced.
   *
   * @param file the file; its folder exists
   * @throws HeadException when it cannot be written
   */
  public void save(Path file) {
    HeadFile.write(this, file);
  }

  /**
   * {@return this head with another unknown rule, its {@link #thresholdSource()} {@link
   * ThresholdSource#GIVEN}}
   *
   * @param rule when a face is of nobody known
   */
  public SoftmaxHead withUnknownRule(UnknownRule rule) {
    return new SoftmaxHead(
        labels,
        embedderId,
        viewRecipe,
        standardization,
        kind,
        layers,
        temperature,
        meanEmbeddings,
        rule,
        ThresholdSource.GIVEN,
        summary);
  }

  /** {@return the people it knows, sorted; the order of {@link #probabilitiesInto}} */
  public List<String> labels() {
    return labels;
  }

  /** {@return the {@link dev.mfr.face.FaceEmbedder#modelId()} of the embedder it belongs to} */
  public String embedderId() {
    return embedderId;
  }

  /** {@return the {@link dev.mfr.face.FaceView#recipe()} of the views it was trained on} */
  public String viewRecipe() {
    return viewRecipe;
  }

  /** {@return what it computes of the features, and how it was trained} */
  public HeadKind kind() {
    return kind;
  }

  /** {@return the length of a feature vector} */
  public int featureLength() {
    return layers.features();
  }

  /** {@return the length of an embedding} */
  public int embeddingLength() {
    return meanEmbeddings[0].length;
  }

  /** {@return what logits are divided by, so that probabilities mean what they say; positive} */
  public double temperature() {
    return temperature;
  }

  /**
   * {@return whether the temperature was fitted on held-out pictures; otherwise there were too few,
   * it is 1, and probabilities tend to be too high}
   */
  public boolean temperatureFitted() {
    return summary.heldOutPictures() > 0;
  }

  /** {@return when a face is of nobody known} */
  public UnknownRule unknownRule() {
    return unknownRule;
  }

  /** {@return where the rule's least similarity comes from} */
  public ThresholdSource thresholdSource() {
    return thresholdSource;
  }

  /** {@return what it was trained on} */
  public TrainingSummary summary() {
    return summary;
  }

  Standardization standardization() {
    return standardization;
  }

  HeadLayers layers() {
    return layers;
  }

  float[][] meanEmbeddings() {
    return meanEmbeddings;
  }

  /** The memory of one call. */
  private static final class Scratch {
    final float[] input;
    final float[] logits;

    Scratch(int features, int people) {
      input = new float[features];
      logits = new float[people];
    }
  }

  /**
   * Writes each person's probability, in the order of {@link #labels()}; without the unknown rule.
   *
   * <p>The primitive for hot paths: about one multiplication per feature and person, with a hidden
   * layer per feature and unit and per unit and person.
   *
   * @param features one face's features, {@link #featureLength()} numbers; not modified
   * @param target written, as long as {@link #labels()}; each 0…1, their sum 1
   * @throws IllegalArgumentException when a length is wrong or a number is not finite
   */
  public void probabilitiesInto(float[] features, double[] target) {
    checkArgument(
        features.length == featureLength(),
        "this head reads %s features, got %s",
        featureLength(),
        features.length);
    checkArgument(
        target.length == labels.size(),
        "this head knows %s people, the target has room for %s",
        labels.size(),
        target.length);
    Scratch scratch = spares.take();
    try {
      standardization.apply(features, scratch.input);
      checkFinite(scratch.input);
      layers.logits(scratch.input, scratch.logits);
      checkFinite(scratch.logits);
      Softmax.probabilities(scratch.logits, temperature, target);
    } finally {
      spares.give(scratch);
    }
  }

  private static void checkFinite(float[] values) {
    for (float value : values) {
      checkArgument(
          Float.isFinite(value),
          "the features of this face are not finite, or too large to add up");
    }
  }

  /**
   * Writes what this head says of a batch: each person's probability, and whether the most probable
   * one (of equal ones the first label) is believed.
   *
   * @param faces what the embedder made of a batch; not modified
   * @param target an answer a face from {@code position} on; it has room for them
   * @param position the index of the first answer
   * @throws IllegalArgumentException when the lengths are not this head's or a number is not finite
   */
  public void classifyInto(FeatureBuffer faces, ClassificationBuffer target, int position) {
    for (int row = 0; row < faces.size(); row++) {
      classifyInto(faces, row, target, position + row);
    }
  }

  void classifyInto(FeatureBuffer faces, int row, ClassificationBuffer target, int position) {
    answer(faces.features(row), faces.embedding(row), target, position);
  }

  private void answer(
      float[] features, float[] embedding, ClassificationBuffer target, int position) {
    checkArgument(
        embedding.length == embeddingLength(),
        "this head reads embeddings of length %s, got %s",
        embeddingLength(),
        embedding.length);
    double[] probabilities = target.probabilities(position, labels);
    probabilitiesInto(features, probabilities);
    int best = Softmax.argMax(probabilities);
    target.decide(position, best, similarity(embedding, meanEmbeddings[best]), unknownRule);
  }

  /**
   * {@return what this head says of one face: all people it knows by falling probability (equal
   * ones by label), and whether the first is believed}
   *
   * @param faces what the embedder made of a batch
   * @param row which face of it
   * @throws IllegalArgumentException when the lengths are not this head's or a number is not finite
   */
  public Classification classify(FaceFeatures faces, int row) {
    ClassificationBuffer answer = new ClassificationBuffer();
    answer.reset(1);
    answer(faces.features().row(row), faces.embeddings().row(row), answer, 0);
    return answer.get(0);
  }

  /**
   * {@return what this head says of each face, in order}
   *
   * @param faces what the embedder made of a batch
   * @throws IllegalArgumentException when the lengths are not this head's or a number is not finite
   */
  public List<Classification> classifyAll(FaceFeatures faces) {
    List<Classification> all = new ArrayList<>(faces.size());
    for (int row = 0; row < faces.size(); row++) {
      all.add(classify(faces, row));
    }
    return List.copyOf(all);
  }

  /** The cosine similarity of two vectors of unit length, −1…1. */
  static double similarity(float[] a, float[] b) {
    double dot = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
    }
    return Math.max(-1, Math.min(1, dot));
  }

  /** {@return the number of people and the embedder, never their labels} */
  @Override
  public String toString() {
    return "SoftmaxHead[" + labels.size() + " people, " + embedderId + "]";
  }
}
