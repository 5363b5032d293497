/** Results kept on disk, found again by the content that they were made of. */
@NullMarked
package dev.mfr.cache;

import org.jspecify.annotations.NullMarked;
