/** Shared by the modules of this library only; not part of its API. */
@NullMarked
package dev.mfr.internal;

import org.jspecify.annotations.NullMarked;
