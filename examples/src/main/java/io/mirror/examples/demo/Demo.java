package io.mirror.examples.demo;

import io.mirror.core.access.Credentials;
import io.mirror.core.access.Secret;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkMode;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import io.mirror.examples.telemetry.Telemetry;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.dhtp.LinkListener;
import io.mirror.transport.dhtp.LinkStatus;
import io.mirror.transport.dhtp.MirrorSlave;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Two hubs in two processes. This one has the slave and feeds it with the telemetry of the machine; the other one has the
 * master. The link between them runs over TLS through a relay, which is cut once on the way.
 */
public final class Demo implements AutoCloseable {
    static final String DOMAIN = "machine";

    private static final int SAMPLE_MILLIS = 200;
    private static final int TICK_MILLIS = 500;
    private static final int HEARTBEAT_MILLIS = 250;
    private static final int TIMEOUT_MILLIS = 1000;
    private static final int RETRY_MILLIS = 500;
    private static final int PATIENCE_MILLIS = 20_000;

    private final long totalMillis;
    private final PrintWriter out;
    private final View view;
    private final PointHub hub = PointHub.create();
    private final Telemetry telemetry;
    private final ScheduledExecutorService sampling = Executors.newSingleThreadScheduledExecutor(Demo::daemon);
    private final DemoCertificates certificates;
    private final MasterProcess master;
    private final Relay relay;
    private final MirrorSlave slave;
    private final DemoMeter meter;
    private long startNanos = System.nanoTime();

    private Demo(int seconds, boolean terminal, PrintWriter out) throws IOException {
        totalMillis = TimeUnit.SECONDS.toMillis(seconds);
        this.out = out;
        view = terminal ? new TableView(out) : new LineView(out);
        Runtime.getRuntime().addShutdownHook(new Thread(view::close, "demo-cursor"));
        telemetry = Telemetry.ofThisMachine(hub, DOMAIN, Path.of("/proc"));
        view.event("making a certification authority and a certificate for 127.0.0.1");
        certificates = DemoCertificates.create();
        Runtime.getRuntime().addShutdownHook(new Thread(certificates::close, "demo-certificates"));
        String userPassword = DemoCertificates.randomPassword();
        master = MasterProcess.start(DOMAIN, certificates.masterKeyStore(), certificates.password(), userPassword);
        view.event("master: process " + master.pid() + ", listens on 127.0.0.1:" + master.port() + " (TLS, users)");
        relay = new Relay(master.port());
        view.event("slave:  process " + ProcessHandle.current().pid() + ", connects through a relay on port "
                + relay.port() + " that can be cut");
        telemetry.sample();
        telemetry.sample();
        view.event("source: " + telemetry.points() + " points of this machine from "
                + (telemetry.procFound() ? "/proc and the Java runtime" : "the Java runtime (there is no /proc here)"));
        slave = MirrorSlave.builder(hub, link(userPassword))
                .tls(TlsOptions.builder().trust(certificates.trust()).build())
                .listener(new Events())
                .start();
        meter = new DemoMeter(hub, telemetry, slave, relay, master);
    }

    /**
     * Runs the demonstration.
     *
     * @param seconds how long; the cut and the recovery take some seconds, however few these are
     * @param terminal true to draw a table in place, false to print lines
     * @param out where to
     * @return true if all went well and both hubs are equal at the end
     * @throws IOException if a socket or process cannot be used
     * @throws DemoException if the demonstration cannot go on
     */
    public static boolean run(int seconds, boolean terminal, PrintWriter out) throws IOException {
        try (Demo demo = new Demo(seconds, terminal, out)) {
            return demo.run();
        }
    }

    private LinkConfig link(String password) {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", relay.port()))
                .domain(DOMAIN)
                .flags(
                        LinkFlag.READABLE,
                        LinkFlag.WRITABLE,
                        LinkFlag.SYNC_SEND,
                        LinkFlag.NON_AUTHORITATIVE,
                        LinkFlag.USE_SSL,
                        LinkFlag.VALIDATE_SSL,
                        LinkFlag.VALIDATE_HOST,
                        LinkFlag.USE_BINARY)
                .heartbeatAndTimeoutMillis(HEARTBEAT_MILLIS, TIMEOUT_MILLIS)
                .retryDelayMillis(RETRY_MILLIS)
                .credentials(new Credentials(DemoMaster.USER, Secret.of(password)))
                .build();
    }

    private boolean run() throws IOException {
        waitFor(() -> state() == LinkState.MIRRORING, "the link did not come up");
        LinkStatus status = slave.status();
        view.event("link:   " + describe(status));
        startNanos = System.nanoTime();
        meter.start();
        sampling.scheduleAtFixedRate(telemetry::sample, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
        measure();

        DemoSummary summary = new DemoSummary(describe(status));
        runUntil(totalMillis * 4 / 10);
        cutAndRestore(summary);
        runUntil(totalMillis);

        sampling.shutdown();
        awaitTermination();
        Comparison comparison = compare();
        view.frame(meter.frame(elapsed(), totalMillis, false));
        view.close();
        boolean good = summary.print(out, meter, telemetry, comparison, encrypted(slave.status()));
        out.flush();
        return good;
    }

    private LinkState state() {
        return slave.status().state();
    }

    private static boolean encrypted(LinkStatus status) {
        return status.encrypted() && !status.insecure() && status.mode() == LinkMode.NATIVE;
    }

    private static String describe(LinkStatus status) {
        String tls = status.encrypted() ? status.insecure() ? "TLS, NOT VALIDATED" : "TLS, validated" : "NOT ENCRYPTED";
        String form = status.mode() == LinkMode.NATIVE ? "binary point messages" : "text";
        return tls + ", " + form + ", the slave is the authority";
    }

    /** Only changes made from now on tell how fast the link is. */
    private void measure() {
        Instant now = Instant.now();
        master.measureFrom(now.getEpochSecond() * 1_000_000 + now.getNano() / 1000);
    }

    private void cutAndRestore(DemoSummary summary) throws IOException {
        long cutMillis = Math.max(2000, Math.min(5000, totalMillis / 5));
        long cutAt = elapsed();
        view.event(Format.seconds(cutAt) + ": the connection is cut");
        relay.cut();
        master.measureFrom(Long.MAX_VALUE);
        boolean seen = false;
        while (elapsed() - cutAt < cutMillis || (!seen && elapsed() - cutAt < PATIENCE_MILLIS)) {
            Frame frame = tick(true);
            int lost = frame.master().notConnected();
            if (!seen && lost > 0 && lost == frame.master().points()) {
                seen = true;
                summary.lost(elapsed() - cutAt, lost, frame.master().points(), frame.slaveGood());
                view.event(Format.seconds(elapsed()) + ": the master has marked all " + lost
                        + " points Not Connected; the slave goes on");
            }
        }
        relay.restore();
        long restoredAt = elapsed();
        summary.cut(cutAt, restoredAt - cutAt);
        view.event(Format.seconds(restoredAt) + ": the connection is possible again");
        long deadline = restoredAt + PATIENCE_MILLIS;
        while (elapsed() < deadline) {
            Frame frame = tick(false);
            if (state() == LinkState.MIRRORING && frame.master().notConnected() == 0) {
                summary.recovered(elapsed() - restoredAt);
                view.event(Format.seconds(elapsed()) + ": recovered, no point is Not Connected");
                break;
            }
        }
        measure();
    }

    private void runUntil(long millis) {
        while (elapsed() < millis) {
            tick(false);
        }
    }

    private Frame tick(boolean cut) {
        pause(TICK_MILLIS);
        Frame frame = meter.frame(elapsed(), totalMillis, cut);
        view.frame(frame);
        return frame;
    }

    /** Both hubs are compared until they are equal: the last changes need a moment, but only a moment. */
    private Comparison compare() {
        long deadline = elapsed() + PATIENCE_MILLIS / 4;
        Comparison comparison = Comparison.of(hub.snapshot(DOMAIN), master.snapshot());
        while (!comparison.equal() && elapsed() < deadline) {
            pause(TICK_MILLIS / 5);
            comparison = Comparison.of(hub.snapshot(DOMAIN), master.snapshot());
        }
        return comparison;
    }

    private void waitFor(BooleanSupplier condition, String otherwise) {
        long deadline = elapsed() + PATIENCE_MILLIS;
        while (!condition.getAsBoolean()) {
            if (elapsed() > deadline) {
                throw new DemoException(otherwise
                        + slave.status().lastCause().map(cause -> ": " + cause).orElse(""));
            }
            pause(20);
        }
    }

    private void awaitTermination() {
        try {
            sampling.awaitTermination(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long elapsed() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "demo-telemetry");
        thread.setDaemon(true);
        return thread;
    }

    private final class Events implements LinkListener {
        @Override
        public void disconnected(String link, String cause) {
            view.event(Format.seconds(elapsed()) + ": slave: " + cause);
        }

        @Override
        public void warning(String link, String text) {
            view.event("warning: " + text);
        }

        @Override
        public void refused(String link, String text) {
            view.event("refused: " + text);
        }
    }

    @Override
    public void close() throws IOException {
        view.close();
        sampling.shutdownNow();
        slave.close();
        relay.close();
        master.close();
        certificates.close();
    }
}
