package io.mirror.replica.scsp;

import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
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
                if (first instanceof HttpResponse early && early.status().code() >= 200) {
                    // The body was not sent: the node cannot tell where the next request begins.
                    early.headers().set("Connection", "close");
                    return answer(wire, host, request, early);
                }
                if (first != null) {
                    skipRest(wire, first);
                }
            }
            sendBody(wire, request, body.get());
        }
        while (true) {
            HttpObject part = wire.next(idleMillis);
            if (!(part instanceof HttpResponse response)) {
                ReferenceCountUtil.release(part);
                throw new MalformedHttpException("an answer without a status line");
            }
            if (response.status().code() >= 200) {
                return answer(wire, host, request, response);
            }
            skipRest(wire, response);
        }
    }

    private ScspAnswer answer(HttpWire wire, HostPort host, ScspRequest request, HttpResponse head) {
        return new ScspAnswer(wire, pool, host, request, head, idleMillis, rate, progress);
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

    /** An interim answer has an empty body. */
    private void skipRest(HttpWire wire, HttpObject interim) throws IOException {
        boolean whole = interim instanceof LastHttpContent;
        ReferenceCountUtil.release(interim);
        if (!whole && interim instanceof HttpMessage) {
            wire.discardBody(0, idleMillis);
        }
    }

    private void sendBody(HttpWire wire, ScspRequest request, ScspBody body) throws IOException {
        long length = body.length();
        long total = 0;
        try (InputStream in = body.open()) {
            while (true) {
                // Each chunk has an array of its own: the socket may still read the one before.
                byte[] chunk = in.readNBytes(HttpWire.CHUNK);
                if (chunk.length == 0) {
                    break;
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
        wire.send(LastHttpContent.EMPTY_LAST_CONTENT, idleMillis);
    }

    private static String hostOnly(HostPort host) {
        String text = host.toString();
        return text.substring(0, text.lastIndexOf(':'));
    }
}
