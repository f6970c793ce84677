package io.mirror.replica.scsp;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The answer to a request. Its content is read from the connection while it is asked for. Close it: a connection whose
 * answer was read to its end is used again, another one is closed. Not safe for use by several threads.
 */
public final class ScspAnswer implements AutoCloseable {
    private final HttpWire wire;
    private final ConnectionPool pool;
    private final HostPort node;
    private final int status;
    private final List<ObjectHeader> headers;
    private final long idleMillis;
    private final boolean reusable;
    private boolean closed;
    private final boolean mayBeCutOff;
    private final ScspRequest request;
    private final RateLimit rate;
    private final ScspProgress progress;
    private final List<ObjectHeader> trailers = new ArrayList<>();

    ScspAnswer(
            HttpWire wire,
            ConnectionPool pool,
            HostPort node,
            ScspRequest request,
            HttpResponse head,
            boolean requestWhole,
            long idleMillis,
            RateLimit rate,
            ScspProgress progress) {
        this.wire = wire;
        this.pool = pool;
        this.node = node;
        this.request = request;
        this.rate = rate;
        this.progress = progress;
        this.status = head.status().code();
        this.headers = copy(head.headers());
        this.idleMillis = idleMillis;
        boolean framed =
                head.headers().contains("content-length") || head.headers().contains("transfer-encoding");
        boolean hasBody = !request.method().equals("HEAD") && status != 204 && status != 304;
        // Content that ends with the connection could be cut off unnoticed (S-TLS-8).
        this.mayBeCutOff = hasBody && !framed && status < 300;
        this.reusable = requestWhole
                && (framed || !hasBody)
                && !"close".equalsIgnoreCase(head.headers().get("connection"))
                && head.protocolVersion().minorVersion() == 1;
    }

    /**
     * Returns the status.
     *
     * @return the code of the status line
     */
    public int status() {
        return status;
    }

    /**
     * Returns the node that has answered, after redirects.
     *
     * @return its address
     */
    public HostPort node() {
        return node;
    }

    /**
     * Returns all headers.
     *
     * @return the headers in their order
     */
    public List<ObjectHeader> headers() {
        return List.copyOf(headers);
    }

    /**
     * Returns the trailers, which are known after the content was read.
     *
     * @return the trailers in their order
     */
    public List<ObjectHeader> trailers() {
        return List.copyOf(trailers);
    }

    /**
     * Returns the first header of a name.
     *
     * @param name the name in any case
     * @return its value
     */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(ObjectHeader::value)
                .findFirst();
    }

    /**
     * Returns the node that a SEND to the feeds should go to after this answer to a write: the place that is named first
     * if the object is erasure-coded, else the one that is named last (SCSP section 7.5).
     *
     * @return the node; the one that has answered if no place is named
     */
    public HostPort nodeForSend() {
        List<HostPort> places = new ArrayList<>();
        for (ObjectHeader header : headers) {
            if (header.name().equalsIgnoreCase("location")) {
                RedirectPolicy.place(header.value()).ifPresent(places::add);
            }
        }
        if (places.isEmpty()) {
            return node;
        }
        boolean erasureCoded = header("manifest").filter("ec"::equalsIgnoreCase).isPresent();
        return places.get(erasureCoded ? 0 : places.size() - 1);
    }

    /**
     * Reads the whole content. An end before the announced length is an error, and so is the end of content without a
     * length unless TLS says that it is the end: what was written then is not good.
     *
     * @param target gets the content
     * @return the number of bytes
     * @throws IOException if the connection ends early or the target fails
     */
    public long readTo(OutputStream target) throws IOException {
        long total = 0;
        long announced = length();
        while (wire.bodyOpen()) {
            HttpObject part = wire.next(idleMillis);
            try {
                if (part instanceof HttpContent content && content.content().isReadable()) {
                    int length = content.content().readableBytes();
                    rate.take(length);
                    content.content().readBytes(target, length);
                    total += length;
                    progress.moved(request, total, announced);
                }
                if (part instanceof LastHttpContent last) {
                    trailers.addAll(copy(last.trailingHeaders()));
                }
            } finally {
                ReferenceCountUtil.release(part);
            }
        }
        if (mayBeCutOff && !wire.endedCleanly()) {
            throw new EOFException("the answer has no length and may be cut off");
        }
        return total;
    }

    /**
     * Reads the content into memory.
     *
     * @param limit most bytes
     * @return the content
     * @throws IOException if the content is longer or ends early
     */
    public byte[] read(int limit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        readTo(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] more, int offset, int length) throws IOException {
                if (bytes.size() + length > limit) {
                    throw new IOException("the content is longer than " + limit + " bytes");
                }
                bytes.write(more, offset, length);
            }
        });
        return bytes.toByteArray();
    }

    /** Gives the connection back if the content was read, and closes it if not. A second call does nothing. */
    @Override
    public void close() {
        if (closed) {
            // By now somebody else may use the connection.
            return;
        }
        closed = true;
        if (wire.bodyOpen() || !reusable) {
            wire.close();
        } else {
            pool.giveBack(node, wire);
        }
    }

    /** How long the node asks to wait before the request is repeated; 0 if it does not, or says it with a date. */
    long retryAfterMillis() {
        String seconds = header("retry-after").orElse("");
        return seconds.matches("[0-9]{1,6}") ? TimeUnit.SECONDS.toMillis(Long.parseLong(seconds)) : 0;
    }

    private long length() {
        String length = header("content-length").orElse("");
        return length.matches("[0-9]{1,18}") ? Long.parseLong(length) : -1;
    }

    private static List<ObjectHeader> copy(HttpHeaders headers) {
        List<ObjectHeader> copy = new ArrayList<>();
        for (Map.Entry<String, String> header : headers) {
            copy.add(new ObjectHeader(header.getKey(), ScspText.decode(header.getValue())));
        }
        return copy;
    }
}
