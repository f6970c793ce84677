package io.mirror.examples.command;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.point.Point;
import io.mirror.transport.dhtp.LinkListener;
import io.mirror.transport.dhtp.MirrorSlave;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A link of a command that ends with the first thing that goes wrong. */
final class DomainCopy implements AutoCloseable {
    /** A person waits for this, and without the master's capabilities there would be little to show. */
    private static final long CAPS_MILLIS = 10_000;

    private final Connection connection;
    private final Address address;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final PointHub hub;
    private final String domain;
    private final MirrorSlave link;

    private DomainCopy(PointHub hub, Connection connection, Address address, LinkConfig config, LinkOptions options) {
        this.hub = hub;
        this.connection = connection;
        this.address = address;
        domain = config.localDomain();
        MirrorSlave.Builder slave = MirrorSlave.builder(hub, config)
                .options(options)
                .allowPlaintextSecrets(connection.allowPlaintext)
                .listener(new Report());
        if (address.tls()) {
            slave.tls(connection.tls());
        }
        if (address.scheme().webSocket()) {
            slave.webSocket(address.webSocket());
        }
        link = slave.start();
    }

    /** Connects and waits until the link mirrors; failure to do so says why. */
    static DomainCopy open(
            PointHub hub, Connection connection, Address address, LinkConfig config, boolean compareOnly) {
        LinkOptions options = LinkOptions.builder()
                .capsTimeoutMillis(CAPS_MILLIS)
                .compareOnly(compareOnly)
                .build();
        DomainCopy copy = new DomainCopy(hub, connection, address, config, options);
        try {
            copy.ready.join();
            return copy;
        } catch (CompletionException e) {
            copy.close();
            throw e;
        }
    }

    /** Returns the points as they are now. */
    List<Point> points() {
        return hub.snapshot(domain);
    }

    /** Compares both sides of the link. */
    VerifyReport verify() {
        return link.verify().toCompletableFuture().join();
    }

    @Override
    public void close() {
        link.close();
    }

    private final class Report implements LinkListener {
        @Override
        public void stateChanged(String name, LinkState state) {
            if (state == LinkState.MIRRORING) {
                ready.complete(null);
            }
        }

        @Override
        public void disconnected(String name, String cause) {
            String text = cause.contains(address.server().toString()) ? cause : address + ": " + cause;
            ready.completeExceptionally(new CommandFailure(connection.withHint(text, address)));
        }
    }
}
