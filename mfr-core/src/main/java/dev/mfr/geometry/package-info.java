/**
 * Points, boxes and affine transforms in the picture's pixel frame: origin at the top left, x to
 * the right, y down, integer coordinates at pixel centres.
 */
@NullMarked
package dev.mfr.geometry;

import org.jspecify.annotations.NullMarked;
