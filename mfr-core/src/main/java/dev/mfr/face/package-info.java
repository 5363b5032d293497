/** What is known of a face: landmarks with their scheme, views of it, features and embeddings. */
@NullMarked
package dev.mfr.face;

import org.jspecify.annotations.NullMarked;
