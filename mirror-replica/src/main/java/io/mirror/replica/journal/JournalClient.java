package io.mirror.replica.journal;

import io.mirror.codec.journal.RequestWriter;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The other modes of {@code bin/ssl} (journal specification sections 5.4 to 5.6): a plain GET, the transfer of something
 * to a service of an application, and a tunnel for whatever goes both ways. Safe for use by several threads.
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
     * @param host host name or address, or a file with it as {@link JournalTarget#host()} says
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
            for (InputStream part : parts) {
                send(exchange, part);
            }
            exchange.flush();
            receive(exchange, timeout.toMillis(), answer);
        }
    }

    private static void receive(Exchange exchange, long millis, OutputStream out) throws IOException {
        for (byte[] bytes = exchange.receive(millis); bytes.length > 0; bytes = exchange.receive(millis)) {
            out.write(bytes);
            out.flush();
        }
    }

    /**
     * Sends what one stream gives, without any head, and gives what comes back to another one, both at the same time.
     * The end of the input ends our side of the connection in order; the tunnel lasts until the other side ends its
     * own, however long it is silent.
     *
     * @param in what to send; not closed. If the other side ends first, a daemon thread may still wait for this stream
     *     until the caller closes it.
     * @param out takes what comes; not closed
     * @throws IOException if the connection fails or a stream cannot be read or written
     */
    public void tunnel(InputStream in, OutputStream out) throws IOException {
        AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
        try (Exchange exchange = new Exchange(peer)) {
            new DefaultThreadFactory("mirror-journal-tunnel", true)
                    .newThread(() -> {
                        try {
                            send(exchange, in);
                            exchange.flush();
                            exchange.endOutput();
                        } catch (IOException e) {
                            failure.set(e);
                            exchange.giveUp();
                        }
                    })
                    .start();
            receive(exchange, Long.MAX_VALUE, out);
            IOException broken = failure.get();
            if (broken != null) {
                throw broken;
            }
        }
    }

    private static void send(Exchange exchange, InputStream part) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int count = part.read(chunk); count >= 0; count = part.read(chunk)) {
            exchange.send(exchange.copy(ByteBuffer.wrap(chunk, 0, count)));
        }
    }

    /** Ends connections and threads. */
    @Override
    public void close() {
        loops.close();
    }
}
