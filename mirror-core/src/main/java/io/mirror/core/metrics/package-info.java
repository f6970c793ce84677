/**
 * Counts of hubs and links, in one form for whoever wants to see them.
 *
 * <p>Nothing here pushes: values are kept by what they are about, and read when somebody asks.
 *
 * <pre>{@code
 * Metrics metrics = link.metrics();
 * for (Metric metric : metrics.metrics()) {
 *     System.out.println(metrics.subject() + " " + metric.name() + " " + metrics.snapshot().get(metric));
 * }
 * }</pre>
 */
package io.mirror.core.metrics;
