package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Lists;
import dev.mfr.Classification;
import dev.mfr.Classifier;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceViews;
import java.util.ArrayList;
import java.util.List;

/**
 * The classifier of the paper: an embedder and the softmax head that was trained on it.
 *
 * <p>Thread-safe. It owns the embedder: {@link #close} closes it.
 */
public final class SoftmaxClassifier implements Classifier, AutoCloseable {

  /** How many faces the embedder is given at once, unless said otherwise: 16. */
  public static final int DEFAULT_MAX_BATCH = 16;

  private final FaceEmbedder embedder;
  private final SoftmaxHead head;
  private final int maxBatch;

  /**
   * A classifier that gives the embedder at most {@value #DEFAULT_MAX_BATCH} faces at once.
   *
   * @param embedder makes the features; closed by {@link #close}
   * @param head trained on that embedder
   * @throws HeadException when the head belongs to another embedder; the embedder stays open
   */
  public SoftmaxClassifier(FaceEmbedder embedder, SoftmaxHead head) {
    this(embedder, head, DEFAULT_MAX_BATCH);
  }

  /**
   * A classifier.
   *
   * @param embedder makes the features; closed by {@link #close}
   * @param head trained on that embedder
   * @param maxBatch how many faces the embedder is given at once, at least 1; bounds its memory
   * @throws HeadException when the head belongs to another embedder; the embedder stays open
   */
  public SoftmaxClassifier(FaceEmbedder embedder, SoftmaxHead head, int maxBatch) {
    checkArgument(maxBatch >= 1, "a batch needs 1 face or more, got %s", maxBatch);
    if (!head.embedderId().equals(embedder.modelId())) {
      throw new HeadException(
          "the head was trained on the embedder "
              + head.embedderId()
              + " and cannot read the features of "
              + embedder.modelId()
              + "; open the embedder it was trained on, or train it again on this one",
          null);
    }
    this.embedder = embedder;
    this.head = head;
    this.maxBatch = maxBatch;
  }

  /** {@return the head} */
  public SoftmaxHead head() {
    return head;
  }

  /**
   * {@return an answer for each face, in the order given}
   *
   * @param faces views of faces, among them the embedder's, cropped as in training
   * @throws IllegalArgumentException when a face lacks the embedder's view
   * @throws HeadException when a view was cropped in another way than in training
   * @throws IllegalStateException after {@link #close}
   */
  @Override
  public List<Classification> classify(List<FaceViews> faces) {
    for (FaceViews face : faces) {
      String recipe = face.recipe(embedder.viewNames());
      if (!recipe.equals(head.viewRecipe())) {
        throw new HeadException(
            "the head was trained on faces cropped as \""
                + head.viewRecipe()
                + "\" and cannot judge one cropped as \""
                + recipe
                + "\"; use the cropper of the training, or train it again with this one",
            null);
      }
    }
    List<Classification> answers = new ArrayList<>(faces.size());
    for (List<FaceViews> batch : Lists.partition(faces, maxBatch)) {
      answers.addAll(head.classifyAll(embedder.embed(batch)));
    }
    return List.copyOf(answers);
  }

  /** Closes the embedder. */
  @Override
  public void close() {
    embedder.close();
  }
}
