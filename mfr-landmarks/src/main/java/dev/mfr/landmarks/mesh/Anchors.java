package dev.mfr.landmarks.mesh;

/**
 * The 896 places that BlazeFace answers for: the cell centres of a 16×16 grid, each twice, then of
 * an 8×8 grid, each six times, row by row, as shares of the square's side.
 */
final class Anchors {
  static final int COUNT = 16 * 16 * 2 + 8 * 8 * 6;

  private static final float[] XY = grids();

  private Anchors() {}

  static float x(int anchor) {
    return XY[2 * anchor];
  }

  static float y(int anchor) {
    return XY[2 * anchor + 1];
  }

  /** {@return the anchor of the mirrored cell, at the same place among the cell's anchors} */
  static int mirrored(int anchor) {
    int fine = 16 * 16 * 2;
    return anchor < fine ? mirrored(anchor, 16, 2) : fine + mirrored(anchor - fine, 8, 6);
  }

  private static int mirrored(int anchor, int cells, int perCell) {
    int cell = anchor / perCell;
    int x = cell % cells;
    return (cell - x + cells - 1 - x) * perCell + anchor % perCell;
  }

  private static float[] grids() {
    float[] xy = new float[2 * COUNT];
    int next = grid(xy, 0, 16, 2);
    grid(xy, next, 8, 6);
    return xy;
  }

  private static int grid(float[] xy, int from, int cells, int perCell) {
    int i = from;
    for (int y = 0; y < cells; y++) {
      for (int x = 0; x < cells; x++) {
        for (int k = 0; k < perCell; k++) {
          xy[i++] = (x + .5f) / cells;
          xy[i++] = (y + .5f) / cells;
        }
      }
    }
    return i;
  }
}
