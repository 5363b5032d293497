/** The demo: recognise the shipped portraits with masks on, and take strangers for strangers. */
@NullMarked
package dev.mfr.examples.demo;

import org.jspecify.annotations.NullMarked;
