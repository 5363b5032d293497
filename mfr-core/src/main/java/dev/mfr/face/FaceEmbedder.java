package dev.mfr.face;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A network that turns a view of a face into numbers: features for a classification head, and a
 * unit-length embedding whose dot products measure how alike two faces are.
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

  /** {@return the name of the view that it looks at, such as {@code "roi"}} */
  String viewName();

  /** {@return the length of a feature vector} */
  int featureLength();

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
   * <p>One run of the network for the whole list where the runtime allows batches. An empty list
   * gives empty matrices.
   *
   * @param views views of the name {@link #viewName()} and of the network's input size
   * @throws IllegalArgumentException when a view has another size
   * @throws IllegalStateException after {@link #close}
   * @throws dev.mfr.inference.InferenceException when the runtime fails
   */
  FaceFeatures embed(List<FaceView> views);

  /** Frees the network; safe to call twice, and while other threads embed: they finish first. */
  @Override
  void close();
}
