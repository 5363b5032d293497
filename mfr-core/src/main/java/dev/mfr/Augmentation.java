package dev.mfr;

import dev.mfr.dataset.LabelledPicture;
import java.util.List;

/**
 * Adds changed copies of the training pictures, such as copies with a mask drawn on, so that a head
 * learns what the people look like then.
 *
 * <p>Copies keep their photograph's name, so that no copy is ever held out from its original.
 * Implementations must be thread-safe; equal arguments give equal copies.
 */
@FunctionalInterface
public interface Augmentation {

  /** Adds nothing. */
  Augmentation NONE = (original, detector) -> List.of();

  /**
   * {@return changed copies of a picture, not yet loaded; the original is not among them}
   *
   * <p>Loading a copy throws a {@link MfrException} where it cannot be made; training then goes on
   * without it.
   *
   * @param original a training picture
   * @param detector finds the face when a copy is loaded; used, not closed
   */
  List<LabelledPicture> copies(LabelledPicture original, LandmarkDetector detector);
}
