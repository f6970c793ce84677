/** The data that every suite uses: drawn from fixed seeds, so that every run measures the same work. */
package io.mirror.benchmarks.data;
