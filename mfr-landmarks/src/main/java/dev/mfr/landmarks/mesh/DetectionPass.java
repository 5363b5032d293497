package dev.mfr.landmarks.mesh;

import static com.google.common.base.Preconditions.checkArgument;

import dev.mfr.image.Border;
import java.util.List;

/**
 * One look of the face detector at a picture: how much is added around it, and what score counts.
 *
 * @param padding what is added on each side, as a share of the picture's longer side; 0 or more
 * @param border what the added part shows
 * @param minScore the least score of a face in this pass, 0…1
 */
record DetectionPass(double padding, Border border, double minScore) {

  DetectionPass {
    checkArgument(padding >= 0 && padding <= 4, "a padding lies in 0…4, got %s", padding);
    checkArgument(minScore > 0 && minScore <= 1, "a least score lies in 0…1, got %s", minScore);
  }

  /**
   * {@return the passes that are tried in turn until one finds a face}
   *
   * <p>BlazeFace misses a face that fills the picture; with a third of it added on each side, edge
   * pixels repeated, it finds most of them.
   *
   * @param minScore the least score
   */
  static List<DetectionPass> standard(double minScore) {
    return List.of(
        new DetectionPass(0, Border.BLACK, minScore),
        new DetectionPass(1 / 3.0, Border.REPLICATE, minScore));
  }
}
