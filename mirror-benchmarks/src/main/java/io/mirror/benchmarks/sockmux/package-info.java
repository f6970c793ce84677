/** Frames of a tunnel to bytes and back. */
package io.mirror.benchmarks.sockmux;
