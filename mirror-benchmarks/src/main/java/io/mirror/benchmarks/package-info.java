/** Benchmarks of the hot paths beside what would be used instead. Start: {@code java -jar benchmarks.jar}. */
package io.mirror.benchmarks;
