/** Enrolled people: templates, their storage, search and decisions. */
@NullMarked
package dev.mfr.gallery;

import org.jspecify.annotations.NullMarked;
