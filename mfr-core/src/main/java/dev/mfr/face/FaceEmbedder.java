package dev.mfr.face;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Turns the views of a face into numbers: features for a classification head, and a unit-length
 * embedding whose dot products measure how alike two faces are.
 *
 * <p>Most embedders are one network that looks at one view; {@link FusedEmbedder} joins several.
 *
 * <p>Implementations are thread-safe; whoever opened one closes it, or hands it to a recognizer
 * that does.
 */
public interface FaceEmbedder extends AutoCloseable {

  /**
   * {@return the network's name and the start of its SHA-256, such as {@code
   * "resnet50-periocular-int8:69fb2fa9dc55"}}
   *
   * <p>Numbers of different ids are never comparable.
   */
  String modelId();

  /** {@return the names of the views that it looks at, such as {@code "roi"}; at least one} */
  List<String> viewNames();

  /** {@return the length of a feature vector} */
  int featureLength();

  /**
   * {@return the runs of features that come from one network each, in order; together they are
   * {@link #featureLength()} long}
   *
   * <p>A head scales each run on its own, because networks differ in the size of their numbers.
   */
  default List<FeatureBlock> featureBlocks() {
    return List.of(new FeatureBlock(featureLength(), 1));
  }

  /** {@return the length of an embedding} */
  int embeddingLength();

  /**
   * {@return the cosine similarity below which two faces count as different people, where one was
   * measured for this network}
   */
  default OptionalDouble similarityThreshold() {
    return OptionalDouble.empty();
  }

  /**
   * {@return features and embeddings of the faces, a row each, in the order given}
   *
   * <p>One run of each network for the whole list where the runtime allows batches. An empty list
   * gives empty matrices.
   *
   * @param faces faces whose views include the {@link #viewNames()}, of the networks' input sizes;
   *     the list is only read during the call
   * @throws IllegalArgumentException when a face lacks a view, or one has another size
   * @throws IllegalStateException after {@link #close}
   * @throws dev.mfr.inference.InferenceException when the runtime fails
   */
  FaceFeatures embed(List<FaceViews> faces);

  /**
   * Writes what {@link #embed} gives into memory of the caller's.
   *
   * <p>The networks of this library allocate nothing here but what their runtime does, once sizes
   * are steady; by default {@code embed} is called and copied.
   *
   * @param faces as for {@link #embed}
   * @param target receives a row a face
   */
  default void embedInto(List<FaceViews> faces, FeatureBuffer target) {
    target.set(embed(faces));
  }

  /** Frees the network; safe to call twice, and while other threads embed: they finish first. */
  @Override
  void close();
}
