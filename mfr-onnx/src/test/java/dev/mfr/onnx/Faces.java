package dev.mfr.onnx;

import dev.mfr.face.FaceView;
import dev.mfr.face.FaceViews;
import java.util.List;

/** Faces of one view each. */
final class Faces {
  private Faces() {}

  static List<FaceViews> of(FaceView... views) {
    return of(List.of(views));
  }

  static List<FaceViews> of(List<FaceView> views) {
    return views.stream().map(FaceViews::of).toList();
  }
}
