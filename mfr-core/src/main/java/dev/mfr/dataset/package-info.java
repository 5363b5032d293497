/** Labelled pictures in folders, and their seeded splits. */
@NullMarked
package dev.mfr.dataset;

import org.jspecify.annotations.NullMarked;
