/**
 * JMH benchmarks and long runs on the public API, each with its baseline in the same run. Build
 * with {@code mvn package}, run with {@code java -jar mfr-bench/target/benchmarks.jar}.
 */
@NullMarked
package dev.mfr.bench;

import org.jspecify.annotations.NullMarked;
