/**
 * Pictures as immutable RGB values, how they are decoded, and the one fused warp that feeds
 * networks.
 */
@NullMarked
package dev.mfr.image;

import org.jspecify.annotations.NullMarked;
