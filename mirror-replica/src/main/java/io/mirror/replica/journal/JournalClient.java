package io.mirror.replica.journal;

import io.mirror.codec.journal.RequestWriter;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The other modes of {@code bin/ssl} (journal specification sections 5.4 and 5.5): a plain GET, and the transfer of
 * something to a service of an application. Safe for use by several threads.
 */
public final class JournalClient implements AutoCloseable {
    private static final int CHUNK = 64 * 1024;

    private final EventLoops loops = EventLoops.of(null, "mirror-journal-client", 1);
    private final String host;
    private final int port;
    private final Exchange.Peer peer;
    private final Duration timeout;

    /**
     * Creates a client; nothing is connected.
     *
     * @param host host name or address
     * @param port port
     * @param tls TLS with its checks; empty for clear text, which is for loopback addresses only
     * @param timeout time to connect, for the handshake, and for silence of the other side; at least 1 ms
     */
    public JournalClient(String host, int port, Optional<TlsOptions> tls, Duration timeout) {
        this.host = host;
        this.port = port;
        this.timeout = timeout;
        peer = new Exchange.Peer(
                host,
                port,
                tls.map(TlsContext::forConnector),
                false,
                timeout.toMillis(),
                timeout.toMillis(),
                loops.group());
    }

    /**
     * Sends a head and copies the answer, with its head, to the end of the connection.
     *
     * @param url path without leading slash, may be empty
     * @param answer takes the answer; not closed
     * @throws IOException if the connection fails
     */
    public void get(String url, OutputStream answer) throws IOException {
        put(url, List.of(), answer);
    }

    /**
     * Sends a head and everything of the parts one behind the other, then copies the answer to the end of the
     * connection. Our side of the connection stays open until then, as the original's does: the service knows from the
     * content where it ends.
     *
     * @param url path without leading slash
     * @param parts what to send, usually a key line and data; not closed
     * @param answer takes the answer; not closed
     * @throws IOException if a part cannot be read or the connection fails
     */
    public void put(String url, List<InputStream> parts, OutputStream answer) throws IOException {
        try (Exchange exchange = new Exchange(peer)) {
            ByteBuf head = Exchange.buffer();
            RequestWriter.writeHead(url, host, port, List.of(), head);
            exchange.send(head);
            byte[] chunk = new byte[CHUNK];
            for (InputStream part : parts) {
                for (int count = part.read(chunk); count >= 0; count = part.read(chunk)) {
                    exchange.send(exchange.copy(ByteBuffer.wrap(chunk, 0, count)));
                }
            }
            exchange.flush();
            for (byte[] bytes = exchange.receive(timeout.toMillis());
                    bytes.length > 0;
                    bytes = exchange.receive(timeout.toMillis())) {
                answer.write(bytes);
            }
            answer.flush();
        }
    }

    /** Ends connections and threads. */
    @Override
    public void close() {
        loops.close();
    }
}
