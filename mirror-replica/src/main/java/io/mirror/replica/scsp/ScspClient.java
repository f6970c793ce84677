package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.channel.EventLoopGroup;
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
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A client of SCSP (SCSP sections 3 to 9).
 *
 * <p>{@link #call} waits on the calling thread; {@link #send} runs on threads of the client, at most as many at a time
 * as {@link Builder#parallelSends} allows. Thread-safe. Nothing is repeated behind the caller's back except what cannot
 * do harm: a request on a kept connection that ended before any answer, a login, a redirect, and SENDs as configured.
 */
public final class ScspClient implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;
    private static final int EXPECT_ABOVE = 32_768;
    private static final long EXPECT_MILLIS = 5_000;
    private static final long DISCARD_LIMIT = 1 << 20;
    private static final int RESULT_LIMIT = 65_536;
    private static final long BASE_WAIT_MILLIS = 500;
    private static final long MAX_WAIT_MILLIS = 60_000;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 305, 307, 308);

    private final EventLoops loops;
    private final ConnectionPool pool;
    private final @Nullable ClientLogin login;
    private final long idleMillis;
    private final boolean trustAll;
    private final Set<HostPort> trusted;
    private final int sendAttempts;
    private final boolean allowPlainRemoteAuth;
    private final long bytesPerSecond;
    private final Map<HostPort, HostPort> primaries = new ConcurrentHashMap<>();
    private final ExecutorService workers;

    private ScspClient(Builder builder) {
        loops = EventLoops.of(builder.group, "scsp-client", 1);
        pool = new ConnectionPool(loops, (int) builder.connectTimeout.toMillis());
        login = builder.user == null || builder.password == null
                ? null
                : new ClientLogin(builder.user, builder.password, builder.allowBasic);
        idleMillis = builder.idleTimeout.toMillis();
        trustAll = builder.trustAll;
        trusted = Set.copyOf(builder.trusted);
        sendAttempts = builder.sendAttempts;
        allowPlainRemoteAuth = builder.allowPlainRemoteAuth;
        bytesPerSecond = builder.bytesPerSecond;
        workers = Executors.newFixedThreadPool(builder.parallelSends, new DefaultThreadFactory("scsp-send", true));
    }

    /**
     * Begins the configuration of a client.
     *
     * @return a builder with the defaults of the protocol
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Makes a request and waits for the head of its answer.
     *
     * @param node the node to ask first
     * @param request the request
     * @return the answer, whatever its status; the caller closes it
     * @throws ScspException if there is no connection or a redirect is not followed
     * @throws IOException if the connection ends, stalls, or the peer does not speak HTTP
     */
    public ScspAnswer call(HostPort node, ScspRequest request) throws IOException {
        HostPort host = primaries.getOrDefault(node, node);
        String target = request.target();
        int redirects = 0;
        int logins = 0;
        while (true) {
            Optional<ClientLogin.Sent> sent =
                    login == null ? Optional.empty() : login.forRequest(host, request.method(), target);
            ScspAnswer answer = exchange(host, target, request, sent);
            boolean done = false;
            try {
                if (answer.status() == 401 && login != null && logins < 2) {
                    List<String> challenges = answer.headers().stream()
                            .filter(header -> header.name().equalsIgnoreCase("www-authenticate"))
                            .map(ObjectHeader::value)
                            .toList();
                    if (login.challenged(host, challenges, sent.isPresent())) {
                        logins++;
                        drop(answer);
                        continue;
                    }
                } else if (REDIRECTS.contains(answer.status())
                        && answer.header("location").isPresent()) {
                    if (++redirects > MAX_REDIRECTS) {
                        throw new ScspException(
                                ScspOutcome.TOO_MANY_REDIRECTS, "more than " + MAX_REDIRECTS + " redirects");
                    }
                    Location location = Location.parse(answer.header("location").get(), host);
                    if (!isTrusted(node, location.host)) {
                        throw new ScspException(
                                ScspOutcome.UNTRUSTED_REDIRECT, "redirect to " + location.host + " is not trusted");
                    }
                    drop(answer);
                    if (answer.status() == 301 || answer.status() == 308) {
                        primaries.put(node, location.host);
                    }
                    host = location.host;
                    target = location.target;
                    logins = 0;
                    continue;
                }
                if (sent.isPresent()
                        && login != null
                        && !login.answered(
                                host,
                                sent.get(),
                                answer.header("authentication-info").orElse(null))) {
                    throw new ScspException(ScspOutcome.PROTOCOL, "the proof of the server is wrong");
                }
                done = true;
                return answer;
            } finally {
                if (!done) {
                    answer.close();
                }
            }
        }
    }

    /**
     * Sends an object to another cluster, in the legacy form (SCSP section 7.1).
     *
     * @param source a node of the cluster that has the object
     * @param target the path of the object with its arguments, such as {@code /UUID?alias&admin}
     * @param cluster the name of the other cluster
     * @param destination a node of the other cluster
     * @param remoteAuth {@code user:password} of an administrator there, if it is another one
     * @return completes with the result, never exceptionally for a failed transfer
     */
    public CompletionStage<SendResult> send(
            HostPort source, String target, String cluster, HostPort destination, Optional<Secret> remoteAuth) {
        ScspRequest request = ScspRequest.of("SEND", target)
                .with("Castor-System-Cluster", cluster)
                .with("Castor-System-Target", destination.toString());
        if (remoteAuth.isPresent()) {
            if (!allowPlainRemoteAuth) {
                throw new IllegalArgumentException(
                        "a password of the destination on a connection without TLS needs allowPlainRemoteAuth");
            }
            request = request.with(
                    "Castor-System-Auth", new String(remoteAuth.get().copyChars()));
        }
        return send(source, request);
    }

    /**
     * Lets a cluster process an object by its feeds (SCSP section 7.5).
     *
     * @param source a node of the cluster
     * @param target the path of the object with its arguments, such as {@code /UUID?admin&feedtype=replication}
     * @return completes with the result
     */
    public CompletionStage<SendResult> sendToFeeds(HostPort source, String target) {
        return send(source, ScspRequest.of("SEND", target));
    }

    private CompletionStage<SendResult> send(HostPort source, ScspRequest request) {
        return CompletableFuture.supplyAsync(
                () -> {
                    for (int attempt = 1; ; attempt++) {
                        SendResult result = sendOnce(source, request);
                        if (!result.outcome().isRetryable() || attempt >= sendAttempts) {
                            return result;
                        }
                        long cap = Math.min(MAX_WAIT_MILLIS, BASE_WAIT_MILLIS << Math.min(attempt, 16));
                        try {
                            Thread.sleep(ThreadLocalRandom.current().nextLong(cap + 1));
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            return result;
                        }
                    }
                },
                workers);
    }

    private SendResult sendOnce(HostPort source, ScspRequest request) {
        try (ScspAnswer answer = call(source, request)) {
            String body = new String(answer.read(RESULT_LIMIT), StandardCharsets.UTF_8);
            StringBuilder lines = new StringBuilder();
            for (List<ObjectHeader> part : List.of(answer.headers(), answer.trailers())) {
                for (ObjectHeader header : part) {
                    lines.append(header.name())
                            .append(": ")
                            .append(header.value())
                            .append('\n');
                }
            }
            return SendResult.judge(answer.status(), body, lines.toString());
        } catch (ScspException e) {
            return SendResult.without(e.outcome());
        } catch (IOException e) {
            return SendResult.without(ScspOutcome.UNKNOWN);
        }
    }

    private ScspAnswer exchange(HostPort host, String target, ScspRequest request, Optional<ClientLogin.Sent> sent)
            throws IOException {
        HttpWire kept = pool.takeIdle(host);
        if (kept != null) {
            try {
                kept.expectAnswer();
                return exchangeOn(kept, host, target, request, sent);
            } catch (IOException e) {
                kept.close();
                // The node may have closed the idle connection just now. A login must not be used twice, so only a
                // request without one is repeated here; with one, the 401 for the used count leads to a new login.
                if (kept.anyByte() || e instanceof InterruptedIOException) {
                    throw e;
                }
            }
            Optional<ClientLogin.Sent> again =
                    login == null ? Optional.empty() : login.forRequest(host, request.method(), target);
            return exchangeFresh(host, target, request, again);
        }
        return exchangeFresh(host, target, request, sent);
    }

    private ScspAnswer exchangeFresh(HostPort host, String target, ScspRequest request, Optional<ClientLogin.Sent> sent)
            throws IOException {
        HttpWire wire = pool.connect(host);
        try {
            return exchangeOn(wire, host, target, request, sent);
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    private ScspAnswer exchangeOn(
            HttpWire wire, HostPort host, String target, ScspRequest request, Optional<ClientLogin.Sent> sent)
            throws IOException {
        Optional<ScspBody> body = request.body();
        HttpMethod method = HttpMethod.valueOf(request.method());
        HttpRequest head = body.isPresent()
                ? new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, target)
                : new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, target);
        head.headers().set("Host", host.port() == HostPort.DEFAULT_PORT ? hostOnly(host) : host.toString());
        head.headers().set("User-Agent", "mirror-replica");
        for (ObjectHeader header : request.headers()) {
            if (header.name().equalsIgnoreCase("host")) {
                head.headers().set("Host", header.value());
            } else {
                head.headers().add(header.name(), ScspText.encode(header.value()));
            }
        }
        sent.ifPresent(value -> head.headers().set("Authorization", ScspText.encode(value.header())));
        boolean expect = false;
        if (body.isPresent()) {
            long length = body.get().length();
            expect = length < 0 || length > EXPECT_ABOVE;
            if (length < 0) {
                head.headers().set("Transfer-Encoding", "chunked");
            } else {
                head.headers().set("Content-Length", Long.toString(length));
            }
            if (expect) {
                head.headers().set("Expect", "100-continue");
            }
        }
        wire.send(head, idleMillis);
        HttpObject first = null;
        if (body.isPresent()) {
            if (expect) {
                first = wire.poll(EXPECT_MILLIS);
                if (first instanceof HttpResponse early && early.status().code() >= 200) {
                    // The body was not sent: the node cannot tell where the next request begins.
                    early.headers().set("Connection", "close");
                    return new ScspAnswer(wire, pool, host, early, idleMillis);
                }
                if (first != null) {
                    skipRest(wire, first);
                }
            }
            sendBody(wire, body.get());
        }
        while (true) {
            HttpObject part = wire.next(idleMillis);
            if (!(part instanceof HttpResponse response)) {
                ReferenceCountUtil.release(part);
                throw new MalformedHttpException("an answer without a status line");
            }
            if (response.status().code() >= 200) {
                return new ScspAnswer(wire, pool, host, response, idleMillis);
            }
            skipRest(wire, response);
        }
    }

    /** An interim answer has an empty body. */
    private void skipRest(HttpWire wire, HttpObject interim) throws IOException {
        boolean whole = interim instanceof LastHttpContent;
        ReferenceCountUtil.release(interim);
        if (!whole && interim instanceof HttpMessage) {
            wire.discardBody(0, idleMillis);
        }
    }

    private void sendBody(HttpWire wire, ScspBody body) throws IOException {
        long length = body.length();
        long start = System.nanoTime();
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
                wire.sendContent(ByteBuffer.wrap(chunk), idleMillis);
                pace(start, total);
            }
        }
        if (length >= 0 && total != length) {
            throw new EOFException("the body has " + total + " bytes instead of " + length);
        }
        wire.send(LastHttpContent.EMPTY_LAST_CONTENT, idleMillis);
    }

    private void pace(long startNanos, long total) throws IOException {
        if (bytesPerSecond > 0) {
            long due = startNanos + (long) (total * 1e9 / bytesPerSecond);
            long wait = (due - System.nanoTime()) / 1_000_000;
            if (wait > 0) {
                try {
                    Thread.sleep(wait);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted");
                }
            }
        }
    }

    private void drop(ScspAnswer answer) throws IOException {
        answer.read((int) DISCARD_LIMIT);
        answer.close();
    }

    private boolean isTrusted(HostPort asked, HostPort location) {
        return trustAll
                || location.equals(asked)
                || trusted.contains(location)
                || (trusted.isEmpty() && location.host().equals(asked.host()));
    }

    private static String hostOnly(HostPort host) {
        String text = host.toString();
        return text.substring(0, text.lastIndexOf(':'));
    }

    /** Ends all calls and connections. */
    @Override
    public void close() {
        workers.shutdownNow();
        pool.close();
        loops.close();
    }

    private record Location(HostPort host, String target) {
        static Location parse(String text, HostPort current) throws IOException {
            try {
                if (text.startsWith("/")) {
                    return new Location(current, text);
                }
                if (!text.toLowerCase(Locale.ROOT).startsWith("http://")) {
                    throw new ScspException(ScspOutcome.UNTRUSTED_REDIRECT, "a redirect to another scheme");
                }
                int path = text.indexOf('/', 7);
                String authority = path < 0 ? text.substring(7) : text.substring(7, path);
                URI.create("http://" + authority).parseServerAuthority();
                return new Location(HostPort.parse(authority), path < 0 ? "/" : text.substring(path));
            } catch (IllegalArgumentException | URISyntaxException e) {
                throw new ScspException(ScspOutcome.PROTOCOL, "an unusable redirect");
            }
        }
    }

    /** The configuration of a client. */
    public static final class Builder {
        private @Nullable EventLoopGroup group;
        private @Nullable String user;
        private @Nullable Secret password;
        private boolean allowBasic;
        private boolean trustAll;
        private boolean allowPlainRemoteAuth;
        private int sendAttempts = 8;
        private int parallelSends = 6;
        private long bytesPerSecond;
        private Duration connectTimeout = Duration.ofSeconds(10);
        private Duration idleTimeout = Duration.ofSeconds(60);
        private final Set<HostPort> trusted = new HashSet<>();

        private Builder() {}

        /**
         * Uses threads of the host for connections instead of one of its own.
         *
         * @param shared threads that the host ends after the client
         * @return this
         */
        public Builder eventLoopGroup(EventLoopGroup shared) {
            group = shared;
            return this;
        }

        /**
         * Sets the credentials; without, the client never logs in.
         *
         * @param name the user
         * @param secret the password, which stays the caller's to close, after the client
         * @return this
         */
        public Builder credentials(String name, Secret secret) {
            user = Objects.requireNonNull(name);
            password = Objects.requireNonNull(secret);
            return this;
        }

        /**
         * Allows Basic where nothing better is offered; it shows the password to everybody on the way.
         *
         * @param allow default false
         * @return this
         */
        public Builder allowBasic(boolean allow) {
            allowBasic = allow;
            return this;
        }

        /**
         * Allows {@code Castor-System-Auth}, a plain password, on connections without TLS.
         *
         * @param allow default false
         * @return this
         */
        public Builder allowPlainRemoteAuth(boolean allow) {
            allowPlainRemoteAuth = allow;
            return this;
        }

        /**
         * Follows redirects to any host, credentials included.
         *
         * @param trust default false
         * @return this
         */
        public Builder trustAllRedirects(boolean trust) {
            trustAll = trust;
            return this;
        }

        /**
         * Adds a node that redirects may lead to. Without any, ports of the host that was asked are trusted.
         *
         * @param node the node
         * @return this
         */
        public Builder trustedRedirect(HostPort node) {
            trusted.add(node);
            return this;
        }

        /**
         * Sets how often a SEND is tried in all.
         *
         * @param attempts 1 to 100, default 8
         * @return this
         */
        public Builder sendAttempts(int attempts) {
            sendAttempts = within("attempts", attempts, 100);
            return this;
        }

        /**
         * Sets how many SENDs run at a time; more wait.
         *
         * @param count 1 to 1000, default 6
         * @return this
         */
        public Builder parallelSends(int count) {
            parallelSends = within("parallel sends", count, 1000);
            return this;
        }

        /**
         * Limits the rate of each request body.
         *
         * @param limit bytes a second, 0 for no limit, which is the default
         * @return this
         */
        public Builder bytesPerSecond(long limit) {
            bytesPerSecond = limit;
            return this;
        }

        /**
         * Sets how long a connection may take to open.
         *
         * @param timeout default 10 s
         * @return this
         */
        public Builder connectTimeout(Duration timeout) {
            connectTimeout = timeout;
            return this;
        }

        /**
         * Sets how long nothing may come or go; each byte begins it anew.
         *
         * @param timeout default 60 s
         * @return this
         */
        public Builder idleTimeout(Duration timeout) {
            idleTimeout = timeout;
            return this;
        }

        /**
         * Makes the client.
         *
         * @return a client that the caller closes
         */
        public ScspClient build() {
            return new ScspClient(this);
        }

        private static int within(String name, int value, int max) {
            if (value < 1 || value > max) {
                throw new IllegalArgumentException(name + " has to be 1 to " + max + ", was " + value);
            }
            return value;
        }
    }
}
