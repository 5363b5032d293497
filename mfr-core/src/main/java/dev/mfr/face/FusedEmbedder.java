package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Doubles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several embedders as one: each looks at its own view of a face, and their numbers are put one
 * after another.
 *
 * <p>Networks that look at different parts of a face fail on different pictures; a head on the
 * features of all of them errs less than the best one alone. Every part gives a run of features
 * ({@link #featureBlocks()}) and a run of the embedding. The embedding's dot product is the
 * weighted mean of the parts' similarities: part {@code i} is multiplied by the square root of its
 * weight. The parts' similarities should be on one scale, that is, centred: those of strangers
 * scattered about 0.
 *
 * <p>It costs the sum of its parts. Thread-safe where its parts are. It owns them: {@link #close}
 * closes them.
 */
public final class FusedEmbedder implements FaceEmbedder {
  /** Between the ids of the parts in {@link #modelId()}: {@value}. */
  public static final String ID_SEPARATOR = " & ";

  private final ImmutableList<FaceEmbedder> parts;
  private final double[] weights;
  private final OptionalDouble similarityThreshold;

  private FusedEmbedder(
      List<FaceEmbedder> parts, double[] weights, OptionalDouble similarityThreshold) {
    this.parts = ImmutableList.copyOf(parts);
    this.weights = weights;
    this.similarityThreshold = similarityThreshold;
  }

  /**
   * {@return embedders that count equally; the fusion owns them}
   *
   * @param parts two or more, of different ids
   */
  public static FusedEmbedder of(FaceEmbedder... parts) {
    double[] equal = new double[parts.length];
    Arrays.fill(equal, 1);
    return of(List.of(parts), equal);
  }

  /**
   * {@return embedders with their weights in the embedding's similarity; the fusion owns them}
   *
   * @param parts two or more, of different ids
   * @param weights one for each part, positive; only their ratio matters
   */
  public static FusedEmbedder of(List<FaceEmbedder> parts, double... weights) {
    checkArgument(parts.size() >= 2, "a fusion joins two embedders or more, got %s", parts.size());
    checkArgument(
        weights.length == parts.size(),
        "%s weights for %s embedders; every one needs its own",
        weights.length,
        parts.size());
    checkArgument(
        parts.stream().map(FaceEmbedder::modelId).distinct().count() == parts.size(),
        "the same embedder twice in a fusion: %s",
        parts);
    double sum = 0;
    for (double weight : weights) {
      checkArgument(
          weight > 0 && Double.isFinite(weight), "a weight must be positive, got %s", weight);
      sum += weight;
    }
    double[] normalised = weights.clone();
    for (int i = 0; i < normalised.length; i++) {
      normalised[i] /= sum;
    }
    return new FusedEmbedder(parts, normalised, OptionalDouble.empty());
  }

  /**
   * {@return the fusion of an id, or empty where the id is of another form or a part is not
   * offered}
   *
   * @param modelId as {@link #modelId()} gives it
   * @param open opens a part by its id; parts already open are closed when a later one is not
   *     offered
   */
  public static Optional<FusedEmbedder> ofId(
      String modelId, Function<String, Optional<FaceEmbedder>> open) {
    List<String> terms = Splitter.on(ID_SEPARATOR).splitToList(modelId);
    double[] weights = new double[terms.size()];
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      int star = terms.get(i).indexOf('*');
      Double weight = Doubles.tryParse(terms.get(i).substring(0, Math.max(0, star)));
      if (weights.length < 2 || weight == null || !(weight > 0 && weight < 1)) {
        return Optional.empty();
      }
      weights[i] = weight;
      ids.add(terms.get(i).substring(star + 1));
    }
    List<FaceEmbedder> parts = new ArrayList<>();
    try {
      for (String id : ids) {
        Optional<FaceEmbedder> part = open.apply(id);
        if (part.isEmpty()) {
          closeAll(parts, null);
          return Optional.empty();
        }
        parts.add(part.get());
      }
    } catch (RuntimeException e) {
      closeAll(parts, e);
    }
    return Optional.of(new FusedEmbedder(parts, weights, OptionalDouble.empty()));
  }

  /**
   * {@return the same fusion with a similarity threshold; the two share their parts, close one}
   *
   * @param similarity the similarity below which two faces count as different people, −1…1
   */
  public FusedEmbedder withSimilarityThreshold(double similarity) {
    checkArgument(
        similarity >= -1 && similarity <= 1,
        "a cosine similarity lies in −1…1, got %s",
        similarity);
    return new FusedEmbedder(parts, weights, OptionalDouble.of(similarity));
  }

  /** {@return the parts, in order} */
  public List<FaceEmbedder> parts() {
    return parts;
  }

  /** {@return each part's weight, an asterisk and its id, joined by {@value #ID_SEPARATOR}} */
  @Override
  public String modelId() {
    List<String> terms = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      terms.add(weights[i] + "*" + parts.get(i).modelId());
    }
    return String.join(ID_SEPARATOR, terms);
  }

  @Override
  public List<String> viewNames() {
    return parts.stream()
        .flatMap(part -> part.viewNames().stream())
        .collect(ImmutableSet.toImmutableSet())
        .asList();
  }

  @Override
  public int featureLength() {
    return parts.stream().mapToInt(FaceEmbedder::featureLength).sum();
  }

  @Override
  public List<Integer> featureBlocks() {
    return parts.stream().flatMap(part -> part.featureBlocks().stream()).toList();
  }

  @Override
  public int embeddingLength() {
    return parts.stream().mapToInt(FaceEmbedder::embeddingLength).sum();
  }

  @Override
  public OptionalDouble similarityThreshold() {
    return similarityThreshold;
  }

  @Override
  public FaceFeatures embed(List<FaceViews> faces) {
    return join(parts.stream().map(part -> part.embed(faces)).toList());
  }

  /**
   * {@return what {@link #embed} gives, for faces whose parts are known already, such as from a
   * cache}
   *
   * @param made what each part made of the faces, in the order of the {@link #parts()}
   * @throws IllegalArgumentException when the numbers of parts, faces or columns do not fit
   */
  public FaceFeatures join(List<FaceFeatures> made) {
    checkArgument(made.size() == parts.size(), "%s parts of %s", made.size(), parts.size());
    int rows = made.get(0).size();
    float[] features = new float[Math.multiplyExact(rows, featureLength())];
    float[] embeddings = new float[Math.multiplyExact(rows, embeddingLength())];
    int featureAt = 0;
    int embeddingAt = 0;
    for (int i = 0; i < parts.size(); i++) {
      FaceFeatures part = made.get(i);
      checkArgument(
          part.size() == rows
              && part.features().columns() == parts.get(i).featureLength()
              && part.embeddings().columns() == parts.get(i).embeddingLength(),
          "part %s is %s, not %s rows of %s",
          i,
          part,
          rows,
          parts.get(i).modelId());
      copyColumns(part.features(), 1, features, featureAt, featureLength());
      copyColumns(
          part.embeddings(),
          (float) Math.sqrt(weights[i]),
          embeddings,
          embeddingAt,
          embeddingLength());
      featureAt += parts.get(i).featureLength();
      embeddingAt += parts.get(i).embeddingLength();
    }
    return new FaceFeatures(
        FeatureMatrix.of(rows, featureLength(), features),
        FeatureMatrix.of(rows, embeddingLength(), embeddings));
  }

  private static void copyColumns(
      FeatureMatrix from, float scale, float[] target, int column, int columns) {
    for (int row = 0; row < from.rows(); row++) {
      int at = row * columns + column;
      from.copyRowInto(row, target, at);
      for (int i = 0; scale != 1 && i < from.columns(); i++) {
        target[at + i] *= scale;
      }
    }
  }

  /**
   * Closes the parts.
   *
   * @throws dev.mfr.MfrException when one fails to close; the others are closed all the same
   */
  @Override
  public void close() {
    closeAll(parts, null);
  }

  /** Closes all and throws the first failure, which is the given one where there is one. */
  private static void closeAll(List<FaceEmbedder> parts, @Nullable RuntimeException earlier) {
    RuntimeException failure = earlier;
    for (FaceEmbedder part : parts) {
      try {
        part.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** {@return the parts} */
  @Override
  public String toString() {
    return "FusedEmbedder" + parts;
  }
}
