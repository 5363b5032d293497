/** Labelled pictures in folders and tables, pairs of them, seeded splits, and listings of these. */
@NullMarked
package dev.mfr.dataset;

import org.jspecify.annotations.NullMarked;
