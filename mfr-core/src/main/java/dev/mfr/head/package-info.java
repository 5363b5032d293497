/**
 * The softmax head of the paper: training by transfer learning, its file, and the classifier that
 * uses it.
 */
@NullMarked
package dev.mfr.head;

import org.jspecify.annotations.NullMarked;
