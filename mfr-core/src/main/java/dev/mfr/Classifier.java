package dev.mfr;

import static com.google.common.base.Preconditions.checkState;

import dev.mfr.face.FaceViews;
import java.util.List;

/**
 * Says who a face is, from the views that a cropper gives.
 *
 * <p>A classifier that holds native resources also implements {@link AutoCloseable}; the recognizer
 * that it was given to closes it. Implementations must be thread-safe. A lambda will do.
 */
@FunctionalInterface
public interface Classifier {

  /**
   * {@return an answer for each face, in the order given}
   *
   * @param faces one or more faces, none rejected, possibly of several pictures: a batch; the list
   *     is only read during the call
   */
  List<Classification> classify(List<FaceViews> faces);

  /**
   * Writes what {@link #classify} gives into memory of the caller's.
   *
   * <p>The softmax classifier allocates next to nothing here; by default {@code classify} is
   * called.
   *
   * @param faces as for {@link #classify}
   * @param target receives an answer a face
   * @throws IllegalStateException when {@code classify} gives another number of answers
   */
  default void classifyInto(List<FaceViews> faces, ClassificationBuffer target) {
    List<Classification> answers = classify(faces);
    checkState(
        answers.size() == faces.size(),
        "the classifier gave %s answers for %s faces",
        answers.size(),
        faces.size());
    target.reset(answers.size());
    for (int i = 0; i < answers.size(); i++) {
      target.set(i, answers.get(i));
    }
  }
}
