package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.face.FaceFeatures;
import dev.mfr.face.FeatureBlock;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * What a head is trained on: the features and embeddings of faces whose people are known.
 *
 * <p>Immutable and thread-safe.
 *
 * @param labels the person of each row, not blank
 * @param photographs the photograph that each row comes from, unique within its person: rows of one
 *     photograph, such as a masked copy and its original, are never held out from each other
 * @param faces a row a face
 * @param embedderId the {@link dev.mfr.face.FaceEmbedder#modelId()} of the network that made the
 *     rows
 * @param viewRecipe the {@link dev.mfr.face.FaceView#recipe()} of the views that it looked at
 * @param embedderThreshold the embedder's {@link dev.mfr.face.FaceEmbedder#similarityThreshold()},
 *     which the unknown rule uses when there are too few people to fit one
 * @param featureBlocks the runs of features that come from one network each, in order, together a
 *     feature vector. Blocks are scaled apart, so that a network with large numbers does not drown
 *     another
 */
public record TrainingSet(
    List<String> labels,
    List<String> photographs,
    FaceFeatures faces,
    String embedderId,
    String viewRecipe,
    OptionalDouble embedderThreshold,
    List<FeatureBlock> featureBlocks) {

  public TrainingSet {
    labels = List.copyOf(labels);
    photographs = List.copyOf(photographs);
    featureBlocks = List.copyOf(featureBlocks);
    checkArgument(
        photographs.size() == labels.size(),
        "%s photographs for %s labels; every row needs the one it comes from",
        photographs.size(),
        labels.size());
    checkArgument(
        labels.size() == faces.size(),
        "%s labels for %s faces; every row needs its person",
        labels.size(),
        faces.size());
    for (int i = 0; i < labels.size(); i++) {
      checkArgument(!labels.get(i).isBlank(), "the label of row %s is blank", i);
    }
    checkArgument(!embedderId.isBlank(), "a training set needs the embedder's id");
    checkArgument(!viewRecipe.isBlank(), "a training set needs the views' recipe");
    if (embedderThreshold.isPresent()) {
      double threshold = embedderThreshold.getAsDouble();
      checkArgument(
          threshold >= -1 && threshold <= 1,
          "a cosine similarity lies in −1…1, the embedder's threshold is %s",
          threshold);
    }
    checkArgument(
        featureBlocks.stream().mapToLong(FeatureBlock::length).sum() == faces.features().columns(),
        "feature blocks %s do not make up the %s features of a row",
        featureBlocks,
        faces.features().columns());
  }

  /**
   * Rows of a single network.
   *
   * @param labels the person of each row, not blank
   * @param photographs the photograph that each row comes from, unique within its person
   * @param faces a row a face
   * @param embedderId the id of the network that made the rows
   * @param viewRecipe the recipe of the views that it looked at
   * @param embedderThreshold the embedder's similarity threshold
   */
  public TrainingSet(
      List<String> labels,
      List<String> photographs,
      FaceFeatures faces,
      String embedderId,
      String viewRecipe,
      OptionalDouble embedderThreshold) {
    this(
        labels,
        photographs,
        faces,
        embedderId,
        viewRecipe,
        embedderThreshold,
        List.of(new FeatureBlock(faces.features().columns(), 1)));
  }

  /**
   * Rows of a single network that are each a photograph of its own.
   *
   * @param labels the person of each row, not blank
   * @param faces a row a face
   * @param embedderId the id of the network that made the rows
   * @param viewRecipe the recipe of the views that it looked at
   * @param embedderThreshold the embedder's similarity threshold
   */
  public TrainingSet(
      List<String> labels,
      FaceFeatures faces,
      String embedderId,
      String viewRecipe,
      OptionalDouble embedderThreshold) {
    this(
        labels,
        IntStream.range(0, labels.size()).mapToObj(Integer::toString).toList(),
        faces,
        embedderId,
        viewRecipe,
        embedderThreshold);
  }

  /** {@return how many faces there are} */
  public int size() {
    return labels.size();
  }

  /**
   * {@return a set of some of the rows, in the order given}
   *
   * @param rows indices; not modified
   */
  public TrainingSet select(int... rows) {
    return new TrainingSet(
        Arrays.stream(rows).mapToObj(labels::get).toList(),
        Arrays.stream(rows).mapToObj(photographs::get).toList(),
        new FaceFeatures(faces.features().select(rows), faces.embeddings().select(rows)),
        embedderId,
        viewRecipe,
        embedderThreshold,
        featureBlocks);
  }
}
