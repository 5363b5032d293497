/**
 * JMH benchmarks and long runs on the public API, each with its baseline in the same run. Build
 * with {@code mvn package}, run with {@code java -jar mfr-bench/target/benchmarks.jar}.
 *
 * <p>{@link dev.mfr.bench.Benchmarks} is the command line. {@code Comparison} times {@code
 * Contenders} in turn: the library, {@code BareRuntime} as the limit, and {@code PlainPipeline} in
 * its three forms as rivals. {@code Report} reads what they and JMH wrote. {@code
 * docs/benchmarks/README.md} says what each measures.
 */
@NullMarked
package dev.mfr.bench;

import org.jspecify.annotations.NullMarked;
