package io.mirror.sockmux;

import io.mirror.sockmux.forward.Entry;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TransportException;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One end of a tunnel: many forwarded connections over one connection, in both directions, together with a DeleGate or
 * another tunnel of this library (SockMux sections 1 and 13).
 *
 * <p>Clients of its entries come out at the other end; channels of the other end come out where its rules say. Safe for
 * use by many threads; everything runs on one event loop. A peer that breaks the rules costs its own tunnel at most.
 */
public final class Tunnel implements AutoCloseable {
    /** The port that tunnels listen on if nothing else is said. */
    public static final int DEFAULT_PORT = 8707;

    private final EventLoops loops;
    private final EventLoop loop;
    private final Names names = new Names();
    private final TunnelEnd end;
    private final Road road;
    private final @Nullable Channel listening;
    private final List<Channel> entries = new ArrayList<>();
    private final @Nullable TunnelConnector connector;

    Tunnel(TunnelBuilder builder) {
        road = builder.road();
        loops = EventLoops.of(builder.eventLoops(), "mirror-tunnel", 1);
        loop = loops.group().next();
        end = new TunnelEnd(builder.settings(), loop, names);
        try {
            for (Entry entry : builder.entries()) {
                entries.add(Sockets.enter(end, entry));
            }
            listening = builder.connects() ? null : Sockets.listen(end, builder.host(), builder.port(), road);
        } catch (TransportException e) {
            entries.forEach(Channel::close);
            names.close();
            loops.close();
            throw e;
        }
        connector = builder.connects() ? new TunnelConnector(end, builder.dialler(names, road)) : null;
        TunnelConnector dialling = connector;
        if (dialling != null) {
            loop.execute(() -> {
                end.connector(dialling);
                dialling.dial();
            });
        }
    }

    /**
     * Starts to configure an end of a tunnel.
     *
     * @return a builder without carrier, entries and rules
     */
    public static TunnelBuilder builder() {
        return new TunnelBuilder();
    }

    /**
     * Returns where peers connect to.
     *
     * @return the address; empty if this end connects
     */
    public Optional<InetSocketAddress> address() {
        Channel bound = listening;
        return bound == null ? Optional.empty() : Optional.of((InetSocketAddress) bound.localAddress());
    }

    /**
     * Returns where clients connect to.
     *
     * @return the addresses of the entries, in the order in which they were configured
     */
    public List<InetSocketAddress> entries() {
        return entries.stream()
                .map(entry -> (InetSocketAddress) entry.localAddress())
                .toList();
    }

    /**
     * Returns what this end is doing. Waits for the event loop; not to be called on it from inside a callback that
     * blocks.
     *
     * @return the status as it is now
     */
    public TunnelStatus status() {
        return onLoop(end::status);
    }

    /**
     * Takes no more clients and opens nothing more for the peer, lets channels come to their end, and ends the tunnel
     * then. A peer of this library with extensions is told.
     *
     * @return completed when the tunnel has ended, on its event loop; {@link #close} is still to be called
     */
    public CompletionStage<Void> drain() {
        entries.forEach(Channel::close);
        Channel bound = listening;
        if (bound != null) {
            bound.close();
        }
        CompletableFuture<Void> drained = new CompletableFuture<>();
        loop.execute(() -> end.drain().thenRun(() -> drained.complete(null)));
        return drained;
    }

    /**
     * Replaces certificate and key. Tunnels that are up stay; new ones get the new certificate.
     *
     * @param identity the new certificate and key
     * @throws io.mirror.transport.TlsConfigurationException if they cannot be used; the old ones stay in force then
     * @throws IllegalStateException if this end does not use TLS
     */
    public void replaceIdentity(TlsIdentity identity) {
        road.tls()
                .orElseThrow(() -> new IllegalStateException("this tunnel does not use TLS"))
                .replaceIdentity(identity);
    }

    /** Ends the tunnel and all its channels, frees its ports, and waits for that. */
    @Override
    public void close() {
        entries.forEach(entry -> entry.close().awaitUninterruptibly());
        Channel bound = listening;
        if (bound != null) {
            bound.close().awaitUninterruptibly();
        }
        try {
            onLoop(() -> {
                TunnelConnector dialling = connector;
                if (dialling != null) {
                    dialling.close();
                }
                end.close();
                return true;
            });
        } catch (RejectedExecutionException loopIsGone) {
            // The host has shut its event loops down before: its channels are gone with them.
            return;
        } finally {
            names.close();
            loops.close();
        }
    }

    private <T> T onLoop(Callable<T> task) {
        try {
            if (loop.inEventLoop()) {
                return task.call();
            }
            return loop.submit(task).syncUninterruptibly().getNow();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
