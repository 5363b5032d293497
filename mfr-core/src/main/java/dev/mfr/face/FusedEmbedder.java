package dev.mfr.face;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Doubles;
import dev.mfr.internal.Spares;
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
 * ({@link #featureBlocks()}) and a run of the embedding, whose dot product is the weighted mean of
 * the parts' similarities.
 *
 * <p>It costs the sum of its parts. Thread-safe where its parts are. It owns them: {@link #close}
 * closes them.
 *
 * <pre>{@code
 * FaceEmbedder both =
 *     FusedEmbedder.builder()
 *         .add(ResNet50Embedder.open(), .3, .05)
 *         .add(DlibEmbedder.open(), .7, .95)
 *         .build();
 * }</pre>
 */
public final class FusedEmbedder implements FaceEmbedder {
  /** Between the ids of the parts in {@link #modelId()}: {@value}. */
  public static final String ID_SEPARATOR = " & ";

  private final ImmutableList<FaceEmbedder> parts;
  private final double[] weights;
  private final double[] shares;
  private final OptionalDouble similarityThreshold;
  private final List<String> viewNames;
  private final int featureLength;
  private final int embeddingLength;

  /** A buffer for each part. */
  private final Spares<List<FeatureBuffer>> spares;

  private FusedEmbedder(
      List<FaceEmbedder> parts,
      double[] weights,
      double[] shares,
      OptionalDouble similarityThreshold) {
    this.parts = ImmutableList.copyOf(parts);
    this.weights = weights;
    this.shares = shares;
    this.similarityThreshold = similarityThreshold;
    this.viewNames =
        parts.stream()
            .flatMap(part -> part.viewNames().stream())
            .collect(ImmutableSet.toImmutableSet())
            .asList();
    this.featureLength = parts.stream().mapToInt(FaceEmbedder::featureLength).sum();
    this.embeddingLength = parts.stream().mapToInt(FaceEmbedder::embeddingLength).sum();
    this.spares = new Spares<>(() -> this.parts.stream().map(part -> new FeatureBuffer()).toList());
  }

  /** {@return a builder without parts} */
  public static Builder builder() {
    return new Builder();
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
    double[] equal = new double[weights.length];
    Arrays.fill(equal, 1);
    return Optional.of(new FusedEmbedder(parts, weights, equal, OptionalDouble.empty()));
  }

  /** {@return the parts, in order} */
  public List<FaceEmbedder> parts() {
    return parts;
  }

  /**
   * {@return how much a part's similarity counts, 0…1; the weights of all parts sum to 1}
   *
   * @param part its index
   */
  public double weight(int part) {
    return weights[part];
  }

  /** {@return the index of the part with the greatest weight, the first of equal ones} */
  public int heaviestPart() {
    int heaviest = 0;
    for (int i = 1; i < weights.length; i++) {
      if (weights[i] > weights[heaviest]) {
        heaviest = i;
      }
    }
    return heaviest;
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
    return viewNames;
  }

  @Override
  public int featureLength() {
    return featureLength;
  }

  /** {@return the parts' blocks, their shares multiplied by the part's} */
  @Override
  public List<FeatureBlock> featureBlocks() {
    List<FeatureBlock> blocks = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      List<FeatureBlock> own = parts.get(i).featureBlocks();
      double sum = own.stream().mapToDouble(FeatureBlock::share).sum();
      for (FeatureBlock block : own) {
        blocks.add(new FeatureBlock(block.length(), shares[i] * block.share() / sum));
      }
    }
    return List.copyOf(blocks);
  }

  @Override
  public int embeddingLength() {
    return embeddingLength;
  }

  @Override
  public OptionalDouble similarityThreshold() {
    return similarityThreshold;
  }

  @Override
  public FaceFeatures embed(List<FaceViews> faces) {
    return join(parts.stream().map(part -> part.embed(faces)).toList());
  }

  @Override
  public void embedInto(List<FaceViews> faces, FeatureBuffer target) {
    List<FeatureBuffer> made = spares.take();
    try {
      for (int i = 0; i < parts.size(); i++) {
        parts.get(i).embedInto(faces, made.get(i));
      }
      joinInto(made, target);
    } finally {
      spares.give(made);
    }
  }

  /**
   * Writes what {@link #embedInto} gives, for faces that the parts have looked at already.
   *
   * @param made what each part made of the same faces, in the order of the {@link #parts()}
   * @param target written over
   * @throws IllegalArgumentException when the numbers of parts or faces do not fit
   */
  public void joinInto(List<FeatureBuffer> made, FeatureBuffer target) {
    checkArgument(made.size() == parts.size(), "%s parts of %s", made.size(), parts.size());
    int faces = made.get(0).size();
    target.reset(faces, featureLength, embeddingLength);
    int featureAt = 0;
    int embeddingAt = 0;
    for (int i = 0; i < made.size(); i++) {
      FeatureBuffer part = made.get(i);
      checkArgument(part.size() == faces, "%s faces of %s", part.size(), faces);
      float scale = (float) Math.sqrt(weights[i]);
      for (int row = 0; row < faces; row++) {
        System.arraycopy(
            part.features(row), 0, target.features(row), featureAt, part.featureLength());
        float[] from = part.embedding(row);
        float[] to = target.embedding(row);
        for (int k = 0; k < from.length; k++) {
          to[embeddingAt + k] = scale * from[k];
        }
      }
      featureAt += part.featureLength();
      embeddingAt += part.embeddingLength();
    }
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

  /** Collects the parts. Not thread-safe. */
  public static final class Builder {
    private final List<FaceEmbedder> parts = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private OptionalDouble similarityThreshold = OptionalDouble.empty();

    private Builder() {}

    /**
     * Adds a part that counts as much as others of share and weight 1. The fusion owns it.
     *
     * @param part an embedder
     * @return this builder
     */
    public Builder add(FaceEmbedder part) {
      return add(part, 1, 1);
    }

    /**
     * Adds a part. The fusion owns it.
     *
     * @param part an embedder
     * @param share how much its features count when a head is trained, positive
     * @param weight how much its similarity counts in the fusion's, positive. Similarities of
     *     networks differ in their spread; the weights have to even that out too
     * @return this builder
     */
    public Builder add(FaceEmbedder part, double share, double weight) {
      checkArgument(
          share > 0 && Double.isFinite(share), "a part's share must be positive, got %s", share);
      checkArgument(
          weight > 0 && Double.isFinite(weight),
          "a part's weight must be positive, got %s",
          weight);
      parts.add(part);
      shares.add(share);
      weights.add(weight);
      return this;
    }

    /**
     * Sets the similarity below which two faces count as different people; none unless set.
     *
     * @param similarity −1…1
     * @return this builder
     */
    public Builder similarityThreshold(double similarity) {
      checkArgument(
          similarity >= -1 && similarity <= 1,
          "a cosine similarity lies in −1…1, got %s",
          similarity);
      this.similarityThreshold = OptionalDouble.of(similarity);
      return this;
    }

    /**
     * {@return the fusion}
     *
     * @throws IllegalArgumentException when there are fewer than two parts, or one twice
     */
    public FusedEmbedder build() {
      checkArgument(
          parts.size() >= 2, "a fusion joins two embedders or more, got %s", parts.size());
      checkArgument(
          parts.stream().map(FaceEmbedder::modelId).distinct().count() == parts.size(),
          "the same embedder twice in a fusion: %s",
          parts);
      return new FusedEmbedder(parts, normalised(weights), normalised(shares), similarityThreshold);
    }

    private static double[] normalised(List<Double> values) {
      double sum = values.stream().mapToDouble(Double::doubleValue).sum();
      return values.stream().mapToDouble(value -> value / sum).toArray();
    }
  }
}
