/** What grows with the number of points and links, and how. */
package io.mirror.benchmarks.growth;
