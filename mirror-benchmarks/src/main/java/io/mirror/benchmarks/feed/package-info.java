/** Points from one process to others: links of this library beside what would be used instead, end to end. */
package io.mirror.benchmarks.feed;
