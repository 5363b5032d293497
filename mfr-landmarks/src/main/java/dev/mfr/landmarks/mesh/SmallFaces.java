package dev.mfr.landmarks.mesh;

/**
 * How far a {@link FaceMeshDetector} searches for faces that are too small in the whole picture.
 *
 * <p>Pictures are looked at in overlapping tiles. A tile is one item of the small network's batch,
 * as long as a look at the whole picture; each face that a tile shows is one item more. Sizes are
 * widths of a face as shares of the picture's longer side, from which on portraits are found; blur
 * and masks need more.
 */
public enum SmallFaces {
  /** No tiles: faces from an eighth on. */
  NEVER(0, 0),

  /**
   * The default. Pictures with a longer side of 480 pixels or more: nine tiles at most (three for a
   * narrow picture), faces from one sixteenth on. Where that finds none and the longer side is 960
   * pixels or more: 49 further tiles at most, faces from one thirtieth on. Smaller pictures: none.
   */
  LARGE_PICTURES(1, 2),

  /**
   * Both kinds of tiles, whatever was found: up to 58 tiles for a picture with a longer side of 960
   * pixels or more, faces from one thirtieth on, also beside larger ones. For group pictures.
   */
  THOROUGH(2, 2);

  /** The levels of tiles that every large picture is looked at in. */
  final int always;

  /** The levels of tiles that a picture is looked at in until a face is found. */
  final int whenNothingIsFound;

  SmallFaces(int always, int whenNothingIsFound) {
    this.always = always;
    this.whenNothingIsFound = whenNothingIsFound;
  }
}
