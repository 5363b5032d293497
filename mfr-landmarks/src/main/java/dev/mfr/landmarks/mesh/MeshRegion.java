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
    return Affine.translation(-size / 2.0, -size / 2.0)
        .then(Affine.scaling(side / size, side / size))
        .then(Affine.rotation(angle))
        .then(Affine.translation(centre.x(), centre.y()));
  }
}
