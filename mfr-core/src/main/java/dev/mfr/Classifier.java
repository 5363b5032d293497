package dev.mfr;

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
   * @param faces one or more faces, none rejected, possibly of several pictures: a batch
   */
  List<Classification> classify(List<FaceViews> faces);
}
