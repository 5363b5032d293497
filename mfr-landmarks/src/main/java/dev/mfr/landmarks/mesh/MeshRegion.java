package dev.mfr.landmarks.mesh;

import dev.mfr.face.Landmarks;
import dev.mfr.geometry.Affine;
import dev.mfr.geometry.Box;
import dev.mfr.geometry.Point;

/**
 * The square of a picture that the mesh network looks at.
 *
 * @param centre its middle, in pixels
 * @param side its side, in pixels
 * @param angle by how much it is turned, in radians, so that the eyes lie level in it
 */
record MeshRegion(Point centre, double side, double angle) {

  /** The square's side as a multiple of the longer side of the face's box. */
  private static final double ENLARGEMENT = 1.5;

  static MeshRegion of(FaceCandidate face) {
    return of(face.box(), face.rightEye().angleTo(face.leftEye()));
  }

  /** {@return the region of a box that the detector found, or could have, turned by an angle} */
  static MeshRegion of(Box box, double angle) {
    return new MeshRegion(box.centre(), ENLARGEMENT * Math.max(box.width(), box.height()), angle);
  }

  /** {@return the region that a measured mesh fills: its box, level with its eyes, enlarged} */
  static MeshRegion of(Landmarks landmarks) {
    double angle = landmarks.roll();
    Box level = landmarks.transform(Affine.rotation(-angle)).bounds();
    return new MeshRegion(
        Affine.rotation(angle).apply(level.centre()),
        ENLARGEMENT * Math.max(level.width(), level.height()),
        angle);
  }

  /** {@return the map from pixels of the network's input, {@code size} a side, to the picture} */
  Affine sourceFromNetwork(int size) {
    return sourceFromNetwork(centre.x(), centre.y(), side, angle, size);
  }

  /** {@return the same for the region of a candidate} */
  static Affine sourceFromNetwork(Candidates faces, int face, int size) {
    double angle =
        Math.atan2(
            faces.keypointY(face, 1) - faces.keypointY(face, 0),
            faces.keypointX(face, 1) - faces.keypointX(face, 0));
    return sourceFromNetwork(
        faces.centreX(face),
        faces.centreY(face),
        ENLARGEMENT * Math.max(faces.width(face), faces.height(face)),
        angle,
        size);
  }

  private static Affine sourceFromNetwork(
      double centreX, double centreY, double side, double angle, int size) {
    double cos = Math.cos(angle) * side / size;
    double sin = Math.sin(angle) * side / size;
    double half = size / 2.0;
    return new Affine(
        cos, -sin, centreX - half * (cos - sin), sin, cos, centreY - half * (sin + cos));
  }
}
