/** The command line: {@code java -jar examples/target/mfr.jar COMMAND}. */
@NullMarked
package dev.mfr.examples.cli;

import org.jspecify.annotations.NullMarked;
