/** Points to bytes and back. */
package io.mirror.benchmarks.point;
