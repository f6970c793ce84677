/** What is made of JMH's results. */
package io.mirror.benchmarks.report;
