package io.mirror.benchmarks.feed;

import io.mirror.benchmarks.data.Names;
import io.mirror.benchmarks.data.Values;
import io.mirror.benchmarks.report.Finding;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The process of the sender. It measures first how many points a second all receivers get when it sends as fast as they
 * take them, then how late points are at fixed rates, counted from the moment at which each should have been sent.
 *
 * <p>Arguments: the road, its ports separated by commas, how many receivers and how many of them are slow, the port for
 * the receivers' reports, then the rates in points a second, 0 for as fast as possible. Prints a line of JSON for each
 * rate.
 */
public final class Feed {
    private static final int POINTS = 1000;

    /** How many points may be on their way at once. No road leaves anything out below it. */
    static final int WINDOW = 8_192;

    /** How many values of one point may wait at once: those of a point leave together, so its turn may come late. */
    static final int WINDOW_PER_POINT = 64;

    private static final int BATCH = 256;
    private static final long REST_NANOS = 50_000;
    private static final long LOST_AFTER_SECONDS = 20;
    /** Nothing has arrived for so long when all that was there before has. */
    private static final long SETTLED_MILLIS = 1000;

    private static final long WARM = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("warm", 5000));
    private static final long MEASURE = TimeUnit.MILLISECONDS.toNanos(Integer.getInteger("measure", 5000));

    private final Road.Sender sender;
    private final Progress progress;
    private final double[] values = Values.DECIMALS2.draw(POINTS);
    private final long base;
    private long sent;
    private int point;
    private long round;

    private Feed(Road.Sender sender, Progress progress) {
        this.sender = sender;
        this.progress = progress;
        base = settled();
    }

    public static void main(String[] args) throws Exception {
        String name = args[0];
        Road road = Road.of(name, ports(args[1]));
        int receivers = Integer.parseInt(args[2]);
        int slow = Integer.parseInt(args[3]);
        try (Road.Sender sender = road.sender(Names.draw(POINTS));
                Progress progress = new Progress(Integer.parseInt(args[4]), receivers)) {
            Feed feed = new Feed(sender, progress);
            String path = name + (receivers == 1 ? "" : " to " + receivers) + (slow == 0 ? "" : ", one of them slow");
            feed.flood(WARM);
            for (int i = 5; i < args.length; i++) {
                int rate = Integer.parseInt(args[i]);
                System.out.println(rate == 0 ? feed.throughput(path) : feed.latency(path, rate));
            }
        }
        System.exit(0);
    }

    static int[] ports(String text) {
        String[] words = text.split(",");
        int[] ports = new int[words.length];
        for (int i = 0; i < ports.length; i++) {
            ports[i] = Integer.parseInt(words[i]);
        }
        return ports;
    }

    /** What arrives before anything is sent, such as the state of all points, does not count. */
    private long settled() {
        long before = -1;
        long now = progress.least();
        while (now != before) {
            before = now;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SETTLED_MILLIS));
            now = progress.least();
        }
        return now;
    }

    private void sendNext(double value) throws IOException {
        sender.send(point, value);
        sent++;
        point++;
        if (point == POINTS) {
            point = 0;
            round++;
        }
    }

    /** The next value of the point whose turn it is: two decimals, never the same twice in a row. */
    private double nextValue() {
        return (Math.round(values[point] * 100) + round % 1000) / 100.0;
    }

    /** Sends for a while, never more at once than all receivers together may have under way. */
    private void flood(long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() < end) {
            if (sent + BATCH - (progress.least() - base) > WINDOW) {
                sender.flush();
                LockSupport.parkNanos(REST_NANOS);
                continue;
            }
            for (int i = 0; i < BATCH; i++) {
                sendNext(nextValue());
            }
        }
        sender.flush();
    }

    private Finding throughput(String path) throws IOException {
        double from = progress.average();
        long bytes = sender.bytes();
        long sentBefore = sent;
        long start = System.nanoTime();
        flood(MEASURE);
        double seconds = (System.nanoTime() - start) / 1e9;
        double got = progress.average() - from;
        long lost = lost();
        return Finding.of("points", path)
                .with("points/s", got / seconds)
                .with("bytes/point", (double) (sender.bytes() - bytes) / (sent - sentBefore))
                .with("lost", lost);
    }

    /** Waits until everything has arrived; returns how much has not. */
    private long lost() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOST_AFTER_SECONDS);
        while (progress.least() - base < sent && System.nanoTime() < end) {
            LockSupport.parkNanos(REST_NANOS);
        }
        long lost = sent - (progress.least() - base);
        sent -= lost;
        return lost;
    }

    private Finding latency(String path, int rate) throws IOException, InterruptedException {
        pace(rate, WARM / 4);
        lost();
        progress.startTiming();
        boolean kept = pace(rate, MEASURE);
        lost();
        Finding finding = Finding.of("delay at " + rate + " points/s", path);
        long[] delays = progress.delays();
        for (int i = 0; i < Receivers.PERCENTILES.length; i++) {
            finding.with(percentileName(Receivers.PERCENTILES[i]), delays[1 + i] / 1000.0);
        }
        return finding.with("kept up", kept ? 1 : 0);
    }

    static String percentileName(double percentile) {
        boolean whole = percentile == Math.rint(percentile);
        return "p" + (whole ? Integer.toString((int) percentile) : Double.toString(percentile)) + " µs";
    }

    /** Sends at a fixed rate, each point with the time at which it is due; returns false if it fell far behind. */
    private boolean pace(int rate, long nanos) throws IOException {
        long start = System.nanoTime();
        long total = nanos * rate / 1_000_000_000L;
        boolean kept = true;
        for (long i = 0; i < total; i++) {
            long due = start + i * 1_000_000_000L / rate;
            if (due > System.nanoTime()) {
                sender.flush();
                Pace.await(due);
            }
            // Beyond the window values would be left out for newer ones, and with them their delays.
            while (sent + 1 - (progress.least() - base) > WINDOW) {
                kept = false;
                sender.flush();
                LockSupport.parkNanos(REST_NANOS);
            }
            sendNext(due);
        }
        sender.flush();
        return kept;
    }
}
