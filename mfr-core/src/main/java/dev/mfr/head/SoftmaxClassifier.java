package dev.mfr.head;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import com.google.common.base.Splitter;
import dev.mfr.Classification;
import dev.mfr.ClassificationBuffer;
import dev.mfr.Classifier;
import dev.mfr.face.FaceEmbedder;
import dev.mfr.face.FaceViews;
import dev.mfr.face.FeatureBuffer;
import dev.mfr.face.FusedEmbedder;
import dev.mfr.internal.Spares;
import dev.mfr.internal.StageEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
  private final List<String> recipes;

  /** The answer for a face that no known person can be near enough to. */
  private final Classification stranger;

  private final Spares<FeatureBuffer> spares = new Spares<>(FeatureBuffer::new);
  private final @Nullable StrangerExit exit;

  /** A buffer for each part of a fusion. */
  private final Spares<List<FeatureBuffer>> sparesOfParts;

  /**
   * A classifier that gives the embedder at most {@value #DEFAULT_MAX_BATCH} faces at once.
   *
   * @param embedder makes the features; closed by {@link #close}
   * @param head trained on that embedder
   * @throws HeadException when the head belongs to another embedder; the embedder stays open
   */
  public SoftmaxClassifier(FaceEmbedder embedder, SoftmaxHead head) {
    this(embedder, head, DEFAULT_MAX_BATCH, false);
  }

  /**
   * A classifier.
   *
   * @param embedder makes the features; closed by {@link #close}
   * @param head trained on that embedder
   * @param maxBatch how many faces the embedder is given at once, at least 1; bounds its memory
   * @param earlyExit whether, in a fusion, the lighter networks leave out faces that the heaviest
   *     one already excludes: nobody known is near enough, whatever they would say. Decisions stay
   *     the same; such a face has an empty ranking. No effect on a single network
   * @throws HeadException when the head belongs to another embedder; the embedder stays open
   */
  public SoftmaxClassifier(
      FaceEmbedder embedder, SoftmaxHead head, int maxBatch, boolean earlyExit) {
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
    this.recipes = Splitter.on(FaceViews.RECIPE_SEPARATOR).splitToList(head.viewRecipe());
    this.stranger =
        Classification.unknown(
            List.of(),
            String.format(
                Locale.ROOT,
                "similarity to everybody is below %.2f",
                head.unknownRule().minSimilarity()));
    this.exit =
        earlyExit && embedder instanceof FusedEmbedder fused ? new StrangerExit(fused, head) : null;
    this.sparesOfParts =
        new Spares<>(
            () ->
                embedder instanceof FusedEmbedder fused
                    ? fused.parts().stream().map(part -> new FeatureBuffer()).toList()
                    : List.of());
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
    ClassificationBuffer answers = new ClassificationBuffer();
    classifyInto(faces, answers);
    return answers.toList();
  }

  /**
   * Writes what {@link #classify} gives into memory of the caller's.
   *
   * @param faces as for {@link #classify}
   * @param target receives an answer a face
   */
  @Override
  public void classifyInto(List<FaceViews> faces, ClassificationBuffer target) {
    for (int i = 0; i < faces.size(); i++) {
      checkRecipe(faces.get(i));
    }
    target.reset(faces.size());
    FeatureBuffer features = spares.take();
    try {
      for (int from = 0; from < faces.size(); from += maxBatch) {
        List<FaceViews> batch =
            faces.size() <= maxBatch
                ? faces
                : faces.subList(from, Math.min(from + maxBatch, faces.size()));
        if (exit != null && embedder instanceof FusedEmbedder fused) {
          classifyBySteps(fused, exit, batch, features, target, from);
          continue;
        }
        StageEvent embed = StageEvent.begin(StageEvent.Embed::new);
        embedder.embedInto(batch, features);
        checkRows(features, batch.size());
        StageEvent.end(embed, batch.size());
        StageEvent decision = StageEvent.begin(StageEvent.Head::new);
        head.classifyInto(features, target, from);
        StageEvent.end(decision, batch.size());
      }
    } finally {
      spares.give(features);
    }
  }

  private void classifyBySteps(
      FusedEmbedder fused,
      StrangerExit first,
      List<FaceViews> batch,
      FeatureBuffer joined,
      ClassificationBuffer target,
      int position) {
    List<FeatureBuffer> made = sparesOfParts.take();
    try {
      StageEvent embed = StageEvent.begin(StageEvent.Embed::new);
      FeatureBuffer heaviest = made.get(first.part());
      fused.parts().get(first.part()).embedInto(batch, heaviest);
      checkRows(heaviest, batch.size());
      int[] open = new int[batch.size()];
      List<FaceViews> left = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        if (first.mayBeKnown(heaviest.embedding(i))) {
          open[left.size()] = i;
          left.add(batch.get(i));
        } else {
          target.set(position + i, stranger);
        }
      }
      heaviest.keep(open, left.size());
      for (int i = 0; !left.isEmpty() && i < made.size(); i++) {
        if (i != first.part()) {
          fused.parts().get(i).embedInto(left, made.get(i));
        }
      }
      StageEvent.end(embed, batch.size());
      if (left.isEmpty()) {
        return;
      }
      StageEvent decision = StageEvent.begin(StageEvent.Head::new);
      fused.joinInto(made, joined);
      checkRows(joined, left.size());
      for (int i = 0; i < left.size(); i++) {
        head.classifyInto(joined, i, target, position + open[i]);
      }
      StageEvent.end(decision, left.size());
    } finally {
      sparesOfParts.give(made);
    }
  }

  private void checkRows(FeatureBuffer made, int faces) {
    checkState(made.size() == faces, "the embedder made %s rows of %s faces", made.size(), faces);
  }

  private void checkRecipe(FaceViews face) {
    List<String> names = embedder.viewNames();
    boolean fits = recipes.size() == names.size();
    for (int i = 0; fits && i < recipes.size(); i++) {
      fits = face.get(names.get(i)).recipe().equals(recipes.get(i));
    }
    // A view's own recipe may hold the separator.
    if (!fits && !face.recipe(names).equals(head.viewRecipe())) {
      throw new HeadException(
          "the head was trained on faces cropped as \""
              + head.viewRecipe()
              + "\" and cannot judge one cropped as \""
              + face.recipe(names)
              + "\"; use the cropper of the training, or train it again with this one",
          null);
    }
  }

  /** Closes the embedder. */
  @Override
  public void close() {
    embedder.close();
  }
}
