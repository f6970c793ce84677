package io.mirror.replica.scsp;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts one request on a connection and waits for the head of its answer (SCSP sections 3.3, 3.4, 3.6). */
final class ClientExchange {
    private static final int EXPECT_ABOVE = 32_768;
    private static final long EXPECT_MILLIS = 5_000;

    private final ConnectionPool pool;
    private final @Nullable ClientLogin login;
    private final int defaultPort;
    private final long idleMillis;
    private final RateLimit rate;
    private final ScspProgress progress;

    ClientExchange(
            ConnectionPool pool,
            @Nullable ClientLogin login,
            int defaultPort,
            long idleMillis,
            RateLimit rate,
            ScspProgress progress) {
        this.pool = pool;
        this.login = login;
        this.defaultPort = defaultPort;
        this.idleMillis = idleMillis;
        this.rate = rate;
        this.progress = progress;
    }

    /** The same with another time that nothing may come or go. */
    ClientExchange withIdle(long millis) {
        return new ClientExchange(pool, login, defaultPort, millis, rate, progress);
    }

    ScspAnswer run(HostPort host, String target, ScspRequest request, Optional<ClientLogin.Sent> sent)
            throws IOException {
        HttpWire kept = pool.takeIdle(host);
        if (kept == null) {
            return runFresh(host, target, request, sent);
        }
        try {
            kept.expectAnswer();
            return run(kept, host, target, request, sent);
        } catch (IOException e) {
            kept.close();
            // The node may have closed the idle connection just now. A login must not be used twice, so the repeated
            // request has a new count.
            if (kept.anyByte() || e instanceof InterruptedIOException) {
                throw e;
            }
        }
        Optional<ClientLogin.Sent> again =
                login == null ? Optional.empty() : login.forRequest(host, request.method(), target);
        return runFresh(host, target, request, again);
    }

    private ScspAnswer runFresh(HostPort host, String target, ScspRequest request, Optional<ClientLogin.Sent> sent)
            throws IOException {
        HttpWire wire = pool.connect(host);
        try {
            return run(wire, host, target, request, sent);
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    private ScspAnswer run(
            HttpWire wire, HostPort host, String target, ScspRequest request, Optional<ClientLogin.Sent> sent)
            throws IOException {
        HttpRequest head = head(host, target, request, sent);
        Optional<ScspBody> body = request.body();
        boolean expects = head.headers().contains("Expect");
        wire.send(head, idleMillis);
        if (body.isPresent()) {
            if (expects) {
                HttpObject first = wire.poll(EXPECT_MILLIS);
                if (first != null) {
                    Optional<HttpResponse> refused = finalHead(wire, first);
                    if (refused.isPresent()) {
                        return answer(wire, host, request, refused.get(), false);
                    }
                }
            }
            Optional<HttpResponse> early = sendBody(wire, request, body.get());
            if (early.isPresent()) {
                return answer(wire, host, request, early.get(), false);
            }
        }
        return answer(wire, host, request, awaitFinalHead(wire), true);
    }

    /** Without the whole request the node cannot tell where the next one begins. */
    private ScspAnswer answer(
            HttpWire wire, HostPort host, ScspRequest request, HttpResponse head, boolean requestWhole) {
        return new ScspAnswer(wire, pool, host, request, head, requestWhole, idleMillis, rate, progress);
    }

    private HttpResponse awaitFinalHead(HttpWire wire) throws IOException {
        while (true) {
            Optional<HttpResponse> head = finalHead(wire, wire.next(idleMillis));
            if (head.isPresent()) {
                return head.get();
            }
        }
    }

    /** Nothing if it was the head of an interim answer, whose body is empty. */
    private Optional<HttpResponse> finalHead(HttpWire wire, HttpObject part) throws IOException {
        if (!(part instanceof HttpResponse response)) {
            ReferenceCountUtil.release(part);
            throw new MalformedHttpException("an answer without a status line");
        }
        if (response.status().code() >= 200) {
            return Optional.of(response);
        }
        boolean whole = response instanceof LastHttpContent;
        ReferenceCountUtil.release(response);
        if (!whole) {
            wire.discardBody(0, idleMillis);
        }
        return Optional.empty();
    }

    private HttpRequest head(HostPort host, String target, ScspRequest request, Optional<ClientLogin.Sent> sent)
            throws IOException {
        Optional<ScspBody> body = request.body();
        HttpMethod method = HttpMethod.valueOf(request.method());
        HttpRequest head = body.isPresent()
                ? new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target)
                : new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target);
        head.headers().set("Host", host.port() == defaultPort ? hostOnly(host) : host.toString());
        head.headers().set("User-Agent", "mirror-replica");
        for (ObjectHeader header : request.headers()) {
            if (header.name().equalsIgnoreCase("host")) {
                head.headers().set("Host", header.value());
            } else {
                head.headers().add(header.name(), ScspText.encode(header.value()));
            }
        }
        sent.ifPresent(value -> head.headers().set("Authorization", ScspText.encode(value.header())));
        if (body.isPresent()) {
            long length = body.get().length();
            if (length < 0) {
                head.headers().set("Transfer-Encoding", "chunked");
            } else {
                head.headers().set("Content-Length", Long.toString(length));
            }
            if (length < 0 || length > EXPECT_ABOVE) {
                head.headers().set("Expect", "100-continue");
            }
        }
        return head;
    }

    /**
     * Sends a body until it is whole or the node has answered: one that refuses a body says so early and may close.
     * Up to one piece goes without a look for an answer, so that a short request is whole and its connection is used
     * again.
     */
    private Optional<HttpResponse> sendBody(HttpWire wire, ScspRequest request, ScspBody body) throws IOException {
        long length = body.length();
        long total = 0;
        try (InputStream in = body.open()) {
            while (true) {
                // Each chunk has an array of its own: the socket may still read the one before.
                byte[] chunk = in.readNBytes(HttpWire.CHUNK);
                if (chunk.length == 0) {
                    break;
                }
                Optional<HttpResponse> early = total == 0 ? Optional.empty() : earlyAnswer(wire);
                if (early.isPresent()) {
                    return early;
                }
                total += chunk.length;
                if (length >= 0 && total > length) {
                    throw new IOException("the body has grown beyond its " + length + " bytes");
                }
                rate.take(chunk.length);
                wire.sendContent(ByteBuffer.wrap(chunk), idleMillis);
                progress.moved(request, total, length);
            }
        }
        if (length >= 0 && total != length) {
            throw new EOFException("the body has " + total + " bytes instead of " + length);
        }
        wire.end(LastHttpContent.EMPTY_LAST_CONTENT);
        return Optional.empty();
    }

    /** Waits for room for the next piece, and tells if an answer has come instead. */
    private Optional<HttpResponse> earlyAnswer(HttpWire wire) throws IOException {
        try {
            while (!wire.awaitRoom(idleMillis)) {
                Optional<HttpResponse> head = finalHead(wire, wire.next(idleMillis));
                if (head.isPresent()) {
                    return head;
                }
            }
            return Optional.empty();
        } catch (SendingEndedException e) {
            return Optional.of(headBehind(wire, e));
        }
    }

    /** The peer takes nothing more, but its answer may be on the way. */
    private HttpResponse headBehind(HttpWire wire, SendingEndedException cause) throws IOException {
        try {
            return awaitFinalHead(wire);
        } catch (IOException e) {
            cause.addSuppressed(e);
            throw cause;
        }
    }

    private static String hostOnly(HostPort host) {
        String text = host.toString();
        return text.substring(0, text.lastIndexOf(':'));
    }
}
