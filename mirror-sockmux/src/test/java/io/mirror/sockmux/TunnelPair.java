package io.mirror.sockmux;

import static org.awaitility.Awaitility.await;

import io.mirror.sockmux.forward.Destination;
import io.mirror.sockmux.forward.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** A listening end with a destination, and a connecting end with an entry, on the loopback address. */
final class TunnelPair implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(30);

    final Tunnel receptor;
    final Tunnel connector;

    private TunnelPair(Tunnel receptor, Tunnel connector) {
        this.receptor = receptor;
        this.connector = connector;
    }

    static TunnelPair to(int port) {
        return to(port, UnaryOperator.identity(), UnaryOperator.identity());
    }

    /** Both ends with the same changes. */
    static TunnelPair to(int port, UnaryOperator<TunnelBuilder> both) {
        return to(port, both, both);
    }

    static TunnelPair to(
            int port, UnaryOperator<TunnelBuilder> receptorOptions, UnaryOperator<TunnelBuilder> connectorOptions) {
        return between(Entry.tcp(0), Destination.tcp("127.0.0.1", port), receptorOptions, connectorOptions);
    }

    static TunnelPair between(
            Entry entry,
            Destination destination,
            UnaryOperator<TunnelBuilder> receptorOptions,
            UnaryOperator<TunnelBuilder> connectorOptions) {
        Tunnel receptor = receptorOptions
                .apply(Tunnel.builder().listen("127.0.0.1", 0).forward(destination))
                .start();
        try {
            Tunnel connector = connectorOptions
                    .apply(Tunnel.builder()
                            .connect(
                                    "localhost",
                                    receptor.address().orElseThrow().getPort())
                            .reconnect(Duration.ofMillis(20), Duration.ofMillis(200))
                            .entry(entry))
                    .start();
            TunnelPair pair = new TunnelPair(receptor, connector);
            pair.awaitUp();
            return pair;
        } catch (RuntimeException | Error e) {
            receptor.close();
            throw e;
        }
    }

    void awaitUp() {
        await().atMost(LIMIT).until(() -> isUp(receptor) && isUp(connector));
    }

    static boolean isUp(Tunnel tunnel) {
        return tunnel.status().state() == TunnelState.UP;
    }

    Socket client() throws IOException {
        return client(connector);
    }

    static Socket client(Tunnel tunnel) throws IOException {
        Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), tunnel.entries().get(0).getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    @Override
    public void close() {
        connector.close();
        receptor.close();
    }
}
