package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.Classification;
import dev.mfr.RankedIdentity;
import dev.mfr.face.FaceFeatures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Trained layers that end in a softmax: from an embedder's features to a probability for each
 * person it knows.
 *
 * <p>Immutable and thread-safe. A head belongs to one embedder and one way of cropping and refuses
 * others. It holds people's labels and mean embeddings: biometric data.
 */
public final class SoftmaxHead {
  private static final Comparator<RankedIdentity> RANKING =
      Comparator.comparingDouble(RankedIdentity::probability)
          .reversed()
          .thenComparing(RankedIdentity::identity);

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
    float[] row = features.clone();
    standardization.apply(row);
    float[] logits = new float[labels.size()];
    checkFinite(row);
    layers.logits(new float[][] {row}, 0, 1, new float[][] {logits});
    checkFinite(logits);
    Softmax.probabilities(logits, temperature, target);
  }

  private static void checkFinite(float[] values) {
    for (float value : values) {
      checkArgument(
          Float.isFinite(value),
          "the features of this face are not finite, or too large to add up");
    }
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
    checkArgument(
        faces.embeddings().columns() == embeddingLength(),
        "this head reads embeddings of length %s, got %s",
        embeddingLength(),
        faces.embeddings().columns());
    double[] probabilities = new double[labels.size()];
    probabilitiesInto(faces.features().row(row), probabilities);
    List<RankedIdentity> ranking = new ArrayList<>(probabilities.length);
    for (int i = 0; i < probabilities.length; i++) {
      ranking.add(new RankedIdentity(labels.get(i), probabilities[i]));
    }
    ranking.sort(RANKING);
    RankedIdentity first = ranking.get(0);
    if (first.probability() < unknownRule.minProbability()) {
      return Classification.unknown(
          ranking,
          String.format(
              Locale.ROOT,
              "probability %.2f is below %.2f",
              first.probability(),
              unknownRule.minProbability()));
    }
    double similarity =
        similarity(
            faces.embeddings().row(row),
            meanEmbeddings[Collections.binarySearch(labels, first.identity())]);
    // Written so that an embedding that is not finite is of nobody known.
    if (!(similarity >= unknownRule.minSimilarity())) {
      return Classification.unknown(
          ranking,
          String.format(
              Locale.ROOT,
              "similarity %.2f to %s is below %.2f",
              similarity,
              first.identity(),
              unknownRule.minSimilarity()));
    }
    return Classification.known(ranking);
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
