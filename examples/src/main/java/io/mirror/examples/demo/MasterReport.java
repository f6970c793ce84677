package io.mirror.examples.demo;

import java.util.List;

/**
 * How the master is at one moment.
 *
 * @param links connections that are up
 * @param points points in the mirrored domain
 * @param good points with good quality
 * @param gone points with quality Out of Service: their process or device is gone
 * @param notConnected points with quality Not Connected
 * @param received point messages received since the start, over all connections
 * @param problems messages that were malformed, refused or not stored since the start
 * @param recentLag how long changes took since the report before
 * @param wholeLag how long changes took since the start
 * @param rows the points that were asked for
 */
record MasterReport(
        int links,
        int points,
        int good,
        int gone,
        int notConnected,
        long received,
        long problems,
        LagHistogram.Summary recentLag,
        LagHistogram.Summary wholeLag,
        List<Row> rows) {

    /**
     * One point for the table.
     *
     * @param name its name within the domain
     * @param value its value as text
     * @param quality its quality as people read it
     */
    record Row(String name, String value, String quality) {}

    /** Copies the list. */
    MasterReport {
        rows = List.copyOf(rows);
    }
}
