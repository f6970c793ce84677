package io.mirror.examples.demo;

import io.mirror.codec.dhtp.Expression;
import io.mirror.core.access.Right;
import io.mirror.core.access.Secret;
import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.QueueOptions;
import io.mirror.core.hub.Selection;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.access.AccessProtocol;
import io.mirror.transport.access.AccessRule;
import io.mirror.transport.access.AddressRange;
import io.mirror.transport.access.DomainPattern;
import io.mirror.transport.access.Rights;
import io.mirror.transport.access.UserPattern;
import io.mirror.transport.dhtp.LinkStatus;
import io.mirror.transport.dhtp.MirrorMaster;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The second process of the demonstration: a hub with a listener, told what to do on standard input. It ends when its
 * standard input ends, so it cannot outlive the first process.
 */
public final class DemoMaster implements AutoCloseable {
    static final String USER = "slave";

    private final String domain;
    private final PointHub hub = PointHub.create();
    private final ExecutorService measuring = Executors.newSingleThreadExecutor();
    private final MirrorMaster master;
    private final Map<String, LinkCounters> counters = new HashMap<>();
    private final LagHistogram recent = new LagHistogram();
    private final LagHistogram whole = new LagHistogram();
    /** Changes made before this moment waited for a connection; their age says nothing about the link. */
    private long measureFromMicros = Long.MAX_VALUE;

    private DemoMaster(Expression setup) {
        domain = ControlLines.text(setup, 1);
        Secret keyPassword = Secret.of(ControlLines.text(setup, 3));
        TlsIdentity identity = TlsIdentity.fromKeyStore(Path.of(ControlLines.text(setup, 2)), keyPassword);
        AccessPolicy access = AccessPolicy.builder()
                .user(USER, Secret.of(ControlLines.text(setup, 4)))
                .rule(new AccessRule(
                        UserPattern.of(USER),
                        AddressRange.ANY,
                        AccessProtocol.ALL,
                        DomainPattern.of(domain),
                        Rights.of(Right.READ, Right.WRITE, Right.CREATE)))
                .build();
        master = MirrorMaster.builder(hub)
                .bind("127.0.0.1", 0)
                .tls(TlsOptions.builder().identity(identity).build())
                .access(access)
                .start();
        QueueOptions deep = QueueOptions.defaults().withDepths(QueueOptions.MAX_PER_POINT_DEPTH, 1_000_000);
        hub.subscribe(Selection.domain(domain), deep, measuring, this::changed);
    }

    /**
     * Runs until standard input ends or says so.
     *
     * @param args none
     * @throws IOException if standard input cannot be read
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String setup = in.readLine();
        if (setup == null) {
            return;
        }
        try (DemoMaster demo = new DemoMaster(ControlLines.read(setup))) {
            out.println(ControlLines.write(ControlLines.READY, demo.master.port()));
            out.flush();
            demo.serve(in, out);
        } catch (RuntimeException e) {
            out.println(ControlLines.write(ControlLines.FAILED, String.valueOf(e.getMessage())));
            out.flush();
        }
    }

    private void serve(BufferedReader in, PrintStream out) throws IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Expression command = ControlLines.read(line);
            switch (command.command()) {
                case ControlLines.MEASURE -> measureFrom(ControlLines.number(command, 1));
                case ControlLines.REPORT -> out.println(ControlLines.write(report(command)));
                case ControlLines.SNAPSHOT -> {
                    List<Point> points = hub.snapshot(domain);
                    out.println(ControlLines.write(ControlLines.SNAPSHOT, points.size()));
                    points.forEach(point -> out.println(ControlLines.write(point)));
                }
                default -> {
                    return;
                }
            }
            out.flush();
        }
    }

    private synchronized void measureFrom(long epochMicros) {
        measureFromMicros = epochMicros;
    }

    private void changed(Point point) {
        Instant now = Instant.now();
        if (!point.quality().isGood()) {
            return;
        }
        long changedMicros = point.time().seconds() * 1_000_000 + point.time().nanoseconds() / 1000;
        long nowMicros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
        synchronized (this) {
            if (changedMicros >= measureFromMicros) {
                recent.record(nowMicros - changedMicros);
                whole.record(nowMicros - changedMicros);
            }
        }
    }

    private MasterReport report(Expression command) {
        int points = 0;
        int good = 0;
        int gone = 0;
        int notConnected = 0;
        PointState state = new PointState();
        for (HubPoint point : hub.points(domain)) {
            point.read(state);
            points++;
            good += Quality.of(state.quality()).isGood() ? 1 : 0;
            gone += state.quality() == Quality.OUT_OF_SERVICE.code() ? 1 : 0;
            notConnected += state.quality() == Quality.NOT_CONNECTED.code() ? 1 : 0;
        }
        List<LinkStatus> links = master.links();
        for (LinkStatus link : links) {
            link.counters().ifPresent(counted -> counters.put(link.name(), counted));
        }
        long received = 0;
        long problems = 0;
        for (LinkCounters counted : counters.values()) {
            received += counted.pointsReceived();
            problems += counted.malformed() + counted.refused() + counted.unexpected() + counted.conflictsKept();
        }
        List<MasterReport.Row> rows = new ArrayList<>();
        for (int i = 1; i < command.size(); i++) {
            String name = ControlLines.text(command, i);
            hub.find(PointName.of(domain, name))
                    .map(HubPoint::read)
                    .ifPresent(found -> rows.add(new MasterReport.Row(
                            name, found.value().toString(), found.quality().label())));
        }
        synchronized (this) {
            LagHistogram.Summary lately = recent.summary();
            recent.clear();
            return new MasterReport(
                    links.size(), points, good, gone, notConnected, received, problems, lately, whole.summary(), rows);
        }
    }

    @Override
    public void close() {
        master.close();
        measuring.shutdownNow();
    }
}
