package dev.mfr.landmarks.crop;

/** What of the covering rectangle a region shows. */
public enum RoiShape {
  /** All of it. The paper's choice. */
  RECTANGLE,
  /** The polygon through the region's points; the rest of the rectangle is black. */
  POLYGON
}
