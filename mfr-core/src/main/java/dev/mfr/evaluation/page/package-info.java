/**
 * Results as one HTML page that needs nothing else, and as one JSON document: facts, tables, line
 * plots, ROC curves, the reliability of probabilities, confusions, and mistakes as pictures.
 */
@NullMarked
package dev.mfr.evaluation.page;

import org.jspecify.annotations.NullMarked;
