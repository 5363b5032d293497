package dev.mfr.landmarks.mesh;

import dev.mfr.face.DetectedFace;
import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;
import dev.mfr.image.RgbImage;
import dev.mfr.video.FaceFollower;
import java.util.ArrayList;
import java.util.List;

/** Measures faces again where their last meshes were. Stateless. */
final class MeshFollower {
  /*
   * MediaPipe's tracking looks at the last mesh's own bounds, enlarged. The detector's box is another: lower, smaller, and
   * not the same share for each face, and the mesh leans on what it is shown. So that both modes agree, the detector's
   * box is carried along here: by the similarity that takes the mesh of the detection to the last mesh. It is taken from the
   * detection each time, so that nothing adds up. The angle is the last mesh's own.
   */

  private MeshFollower() {}

  /** {@return each face as the network measures it in this frame, with its box carried along} */
  static List<DetectedFace> follow(
      MeshNetwork mesh, RgbImage frame, List<FaceFollower.Place> faces) {
    List<MeshRegion> regions = new ArrayList<>(faces.size());
    for (FaceFollower.Place place : faces) {
      regions.add(region(place));
    }
    List<MeshNetwork.Answer> answers = mesh.measure(frame, regions);
    List<DetectedFace> followed = new ArrayList<>(faces.size());
    for (int i = 0; i < faces.size(); i++) {
      followed.add(face(faces.get(i), answers.get(i)));
    }
    return followed;
  }

  private static MeshRegion region(FaceFollower.Place place) {
    Box box = place.last().box().translate(place.shift().x(), place.shift().y());
    return MeshRegion.of(box, place.last().landmarks().roll());
  }

  private static DetectedFace face(FaceFollower.Place place, MeshNetwork.Answer answer) {
    double score = place.detected().score();
    Landmarks landmarks = answer.landmarks();
    if (landmarks == null) {
      return new DetectedFace(place.last().box(), score, place.last().landmarks(), 0);
    }
    Box box = carry(place.detected().box(), place.detected().landmarks(), landmarks);
    return new DetectedFace(box, score, landmarks, answer.presence());
  }

  /**
   * The box moved and scaled by the similarity that takes one mesh to another; it stays upright.
   */
  static Box carry(Box box, Landmarks from, Landmarks to) {
    Affine map = similarity(from, to);
    Point centre = map.apply(box.centre());
    return Box.around(centre, box.width() * map.scale(), box.height() * map.scale());
  }

  /** As {@link Affine#similarity}, over all points, without lists of them. */
  private static Affine similarity(Landmarks from, Landmarks to) {
    int n = from.size();
    double px = 0;
    double py = 0;
    double qx = 0;
    double qy = 0;
    for (int i = 0; i < n; i++) {
      px += from.x(i);
      py += from.y(i);
      qx += to.x(i);
      qy += to.y(i);
    }
    px /= n;
    py /= n;
    qx /= n;
    qy /= n;
    double re = 0;
    double im = 0;
    double norm = 0;
    for (int i = 0; i < n; i++) {
      double x = from.x(i) - px;
      double y = from.y(i) - py;
      double u = to.x(i) - qx;
      double v = to.y(i) - qy;
      re += x * u + y * v;
      im += x * v - y * u;
      norm += x * x + y * y;
    }
    if (!(norm > 0)) {
      return Affine.translation(qx - px, qy - py);
    }
    double a = re / norm;
    double d = im / norm;
    return new Affine(a, -d, qx - a * px + d * py, d, a, qy - d * px - a * py);
  }
}
