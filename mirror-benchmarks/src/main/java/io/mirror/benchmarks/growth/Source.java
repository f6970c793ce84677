package io.mirror.benchmarks.growth;

import io.mirror.benchmarks.data.Names;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.metrics.Metric;
import io.mirror.core.metrics.Metrics;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.ListenerLimits;
import io.mirror.transport.dhtp.MirrorMaster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The process that has the points and the listener. It does what it reads from its standard input, a command a line:
 * {@code heap} prints the bytes of its heap in use, {@code sent} the bytes that all links sent until now, {@code update N}
 * changes so many points and prints the number of the round.
 *
 * <p>Arguments: its port, the number of points.
 */
public final class Source {
    private final HubPoint[] points;
    private final MirrorMaster master;
    private long round;

    private Source(HubPoint[] points, MirrorMaster master) {
        this.points = points;
        this.master = master;
    }

    public static void main(String[] args) throws IOException {
        PointHub hub = PointHub.create();
        String[] names = Names.draw(Integer.parseInt(args[1]));
        HubPoint[] points = new HubPoint[names.length];
        for (int i = 0; i < names.length; i++) {
            points[i] = hub.point(names[i]);
            points[i].write(i / 100.0);
        }
        MirrorMaster master = MirrorMaster.builder(hub)
                .bind("127.0.0.1", Integer.parseInt(args[0]))
                .access(AccessPolicy.open())
                .limits(ListenerLimits.defaults().withConnections(20_000, 20_000))
                .options(LinkOptions.builder().build())
                .start();
        System.out.println("ready");
        new Source(points, master).obey();
    }

    private void obey() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            long answer = switch (words[0]) {
                case "heap" -> Heap.used();
                case "sent" -> sent();
                case "update" -> update(Integer.parseInt(words[1]));
                default -> throw new IllegalArgumentException("unknown: " + line);
            };
            System.out.println(answer);
        }
        System.exit(0);
    }

    private long sent() {
        long sum = 0;
        for (Metrics link : master.linkMetrics()) {
            for (Metric metric : link.metrics()) {
                if (metric.name().equals("bytes.sent")) {
                    sum += link.number(metric);
                }
            }
        }
        return sum;
    }

    /** Changes points and ends with the last one, which tells who waits that everything has been sent. */
    private long update(int count) {
        round++;
        for (int i = 0; i < count; i++) {
            points[i % points.length].write(-round - i / 1000.0);
        }
        return round;
    }
}
