/**
 * A gallery in a folder, kept by Apache Lucene.
 *
 * <p>The only package that needs Lucene beside the search index; both say so when it is missing.
 */
@NullMarked
package dev.mfr.gallery.lucene;

import org.jspecify.annotations.NullMarked;
