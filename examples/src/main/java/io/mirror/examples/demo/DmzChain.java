package io.mirror.examples.demo;

import io.mirror.core.access.Credentials;
import io.mirror.core.access.Secret;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.Carrier;
import io.mirror.transport.dhtp.CommandRefusedException;
import io.mirror.transport.dhtp.MirrorClient;
import io.mirror.transport.dhtp.MirrorMaster;
import io.mirror.transport.dhtp.MirrorSlave;
import io.mirror.transport.websocket.WebSocketOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * From a plant to an office over a DMZ: three hubs, of which only the one in the middle listens. The plant connects out to
 * it by TLS, the office by a WebSocket through its HTTP proxy, and may only read. The cable of the plant is pulled once.
 */
public final class DmzChain implements AutoCloseable {
    private static final String DOMAIN = "plant";
    private static final String LEVEL = DOMAIN + ":tank.level";
    private static final String PATH = "/mirror";
    private static final int HEARTBEAT_MILLIS = 250;
    private static final int TIMEOUT_MILLIS = 1000;
    private static final int PATIENCE_MILLIS = 20_000;

    private final PrintWriter out;
    private final PointHub plantHub = PointHub.create();
    private final PointHub dmzHub = PointHub.create();
    private final PointHub officeHub = PointHub.create();
    private final String plantPassword = DemoCertificates.randomPassword();
    private final String officePassword = DemoCertificates.randomPassword();
    private final DemoCertificates certificates = DemoCertificates.create();
    private final MirrorMaster dmz;
    private final Relay cable;
    private final ConnectProxy proxy;
    private final MirrorSlave plant;
    private final MirrorSlave office;

    private DmzChain(PrintWriter out) throws IOException {
        this.out = out;
        Runtime.getRuntime().addShutdownHook(new Thread(certificates::close, "demo-certificates"));
        dmz = listen();
        cable = new Relay(dmz.port());
        proxy = new ConnectProxy(dmz.port());
        plant = connectPlant();
        office = connectOffice();
    }

    /**
     * Runs the chain, cuts and mends it.
     *
     * @param out where to say what happens
     * @return true if everything was as it should be
     * @throws IOException if a socket cannot be used
     * @throws DemoException if something that should happen does not
     */
    public static boolean run(PrintWriter out) throws IOException {
        try (DmzChain chain = new DmzChain(out)) {
            return chain.run();
        }
    }

    /** The only listener. What a user may do is decided here, not by whoever connects. */
    private MirrorMaster listen() {
        AccessPolicy users = AccessPolicy.parse("(user plant \"" + plantPassword + "\")"
                + "(user office \"" + officePassword + "\")"
                + "(allow plant * tls plant read write create)"
                + "(allow office * wss plant read)");
        TlsIdentity identity =
                TlsIdentity.fromKeyStore(certificates.masterKeyStore(), Secret.of(certificates.password()));
        return MirrorMaster.builder(dmzHub)
                .bind("127.0.0.1", 0)
                .tls(TlsOptions.builder().identity(identity).build())
                .webSocket(WebSocketOptions.builder().path(PATH).build())
                .accept(Carrier.TLS, Carrier.SECURE_WEBSOCKET)
                .access(users)
                .start();
    }

    private TlsOptions trust() {
        return TlsOptions.builder().trust(certificates.trust()).build();
    }

    private static WebSocketOptions webSocket() {
        return WebSocketOptions.builder()
                .path(PATH)
                .subprotocol(MirrorMaster.SUBPROTOCOL)
                .build();
    }

    /** The plant sends everything and is the authority: without it, its points are Not Connected in the DMZ. */
    private MirrorSlave connectPlant() {
        LinkConfig config = LinkConfig.to(ServerAddress.of("localhost", cable.port()))
                .domain(DOMAIN)
                .flags(
                        LinkFlag.USE_SSL,
                        LinkFlag.VALIDATE_SSL,
                        LinkFlag.VALIDATE_HOST,
                        LinkFlag.READABLE,
                        LinkFlag.WRITABLE,
                        LinkFlag.SYNC_SEND,
                        LinkFlag.NON_AUTHORITATIVE)
                .heartbeatAndTimeoutMillis(HEARTBEAT_MILLIS, TIMEOUT_MILLIS)
                .retryDelayMillis(HEARTBEAT_MILLIS)
                .credentials(Credentials.of("plant", plantPassword))
                .build();
        return MirrorSlave.builder(plantHub, config).tls(trust()).start();
    }

    private ProxySettings proxySettings() {
        return new ProxySettings(ServerAddress.of("localhost", proxy.port()), Optional.empty());
    }

    /** The office reads. The DMZ is its authority: what the DMZ marks, or the loss of the DMZ, is seen here. */
    private MirrorSlave connectOffice() {
        LinkConfig config = LinkConfig.to(ServerAddress.of("localhost", dmz.port()))
                .domain(DOMAIN)
                .flags(
                        LinkFlag.USE_SSL,
                        LinkFlag.VALIDATE_SSL,
                        LinkFlag.VALIDATE_HOST,
                        LinkFlag.USE_WEBSOCKET,
                        LinkFlag.USE_PROXY,
                        LinkFlag.USE_HTTP_CONNECT,
                        LinkFlag.READABLE,
                        LinkFlag.SYNC_RECV,
                        LinkFlag.AUTHORITATIVE)
                .proxy(proxySettings())
                .retryDelayMillis(HEARTBEAT_MILLIS)
                .credentials(Credentials.of("office", officePassword))
                .build();
        return MirrorSlave.builder(officeHub, config)
                .tls(trust())
                .webSocket(webSocket())
                .start();
    }

    private boolean run() throws IOException {
        plantHub.write(LEVEL, PointValue.of(20.0));
        plantHub.write(DOMAIN + ":pump.on", PointValue.of(1));
        waitFor(() -> plant.status().state() == LinkState.MIRRORING, "the plant does not reach the DMZ", plant);
        say("plant:  " + LEVEL + " = 20.0, connected to the DMZ by TLS, out only");
        say("dmz:    listens on 127.0.0.1:" + dmz.port() + " for TLS and secure WebSockets, users plant and office");
        waitFor(() -> isAt(officeHub, 20.0, Quality.GOOD), "the point does not arrive at the office", office);
        say("office: " + LEVEL + " = 20.0 Good, two hops away, through the proxy ("
                + proxy.requests().get(0) + ")");
        boolean readOnly = officeCannotWrite();

        // Perhaps more than one: until the plant has come, the DMZ knows no such domain.
        long connects = office.status().connects();
        cable.cut();
        long cut = System.nanoTime();
        plantHub.write(LEVEL, PointValue.of(31.5));
        say("the cable of the plant is pulled, and the level rises to 31.5");
        waitFor(() -> isAt(dmzHub, 20.0, Quality.NOT_CONNECTED), "the DMZ does not notice the loss", plant);
        say("dmz:    Not Connected after " + since(cut));
        waitFor(() -> isAt(officeHub, 20.0, Quality.NOT_CONNECTED), "the office does not see the loss", office);
        say("office: Not Connected after " + since(cut) + ", two hops away; its own link is "
                + (office.status().state() == LinkState.MIRRORING ? "up" : "DOWN"));

        cable.restore();
        long restored = System.nanoTime();
        waitFor(() -> isAt(officeHub, 31.5, Quality.GOOD), "the office does not recover", office);
        say("the cable is back: 31.5 Good at the office after " + since(restored));

        boolean equal = plantHub.snapshot(DOMAIN).equals(officeHub.snapshot(DOMAIN))
                || Comparison.of(plantHub.snapshot(DOMAIN), officeHub.snapshot(DOMAIN))
                        .equal();
        boolean stayed = office.status().connects() == connects;
        say("equal   " + (equal ? "yes" : "NO") + ", office link kept " + (stayed ? "yes" : "NO")
                + ", office read-only " + (readOnly ? "yes" : "NO"));
        return equal && stayed && readOnly;
    }

    /** Two ways to try: the office's own copy is its own business, and a command is refused by the DMZ. */
    private boolean officeCannotWrite() {
        Point wish = new Point(PointName.parse(LEVEL), PointValue.of(99.0), Quality.GOOD, Timestamp.of(Instant.now()));
        try (MirrorClient client = MirrorClient.builder(ServerAddress.of("localhost", dmz.port()))
                .tls(trust())
                .webSocket(webSocket())
                .proxy(proxySettings(), true)
                .credentials(Credentials.of("office", officePassword))
                .connect()
                .toCompletableFuture()
                .join()) {
            client.write(wish).toCompletableFuture().join();
            say("office: WROTE to the DMZ");
            return false;
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof CommandRefusedException refused)) {
                throw new DemoException("the office cannot ask the DMZ: " + e.getMessage(), e);
            }
            say("office: a write is refused by the DMZ: " + refused.getMessage());
            return isAt(dmzHub, 20.0, Quality.GOOD) && isAt(plantHub, 20.0, Quality.GOOD);
        }
    }

    private static boolean isAt(PointHub hub, double value, Quality quality) {
        return hub.read(LEVEL)
                .filter(point -> point.value().equals(PointValue.of(value))
                        && point.quality().equals(quality))
                .isPresent();
    }

    private static void waitFor(BooleanSupplier condition, String otherwise, MirrorSlave link) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
                throw new DemoException(otherwise
                        + link.status().lastCause().map(cause -> ": " + cause).orElse(""));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DemoException("interrupted", e);
            }
        }
    }

    private static String since(long nanos) {
        return Format.seconds(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos));
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        office.close();
        plant.close();
        proxy.close();
        cable.close();
        dmz.close();
        certificates.close();
    }
}
