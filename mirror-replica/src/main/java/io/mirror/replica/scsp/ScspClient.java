package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.mirror.transport.TlsContext;
import io.mirror.transport.internal.net.EventLoops;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client of SCSP (SCSP sections 3 to 9).
 *
 * <p>{@link #call} waits on the calling thread; {@link #send} runs on threads of the client, at most as many at a time
 * as {@link ScspClientBuilder#parallelSends} allows. Thread-safe. Nothing is repeated behind the caller's back except what cannot
 * do harm: a request on a kept connection that ended before any answer, a login, a redirect, and SENDs as configured.
 */
public final class ScspClient implements AutoCloseable {
    private static final int MAX_REDIRECTS = 5;
    private static final long DISCARD_LIMIT = 1 << 20;
    private static final int EXTERNAL = 305;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, EXTERNAL, 307, 308);

    private final EventLoops loops;
    private final ConnectionPool pool;
    private final @Nullable ClientLogin login;
    private final RedirectPolicy redirects;
    private final ClientExchange exchange;
    private final ClientExchange external;
    private final int attempts;
    private final Duration sendTimeout;
    private final boolean allowRemoteAuth;
    private final ClusterNodes nodes;
    private final ExecutorService workers;

    ScspClient(ScspClientBuilder builder) {
        boolean secure = builder.tls != null;
        loops = EventLoops.of(builder.group, "scsp-client", 1);
        pool = new ConnectionPool(
                loops,
                (int) builder.connectTimeout.toMillis(),
                Optional.ofNullable(builder.tls).map(TlsContext::forConnector),
                builder.resolver);
        boolean basic = builder.allowBasic == null ? secure : builder.allowBasic;
        login = builder.user == null || builder.password == null
                ? null
                : new ClientLogin(builder.user, builder.password, basic, builder.allowMd5, System::nanoTime);
        nodes = new ClusterNodes(builder.clusters);
        redirects = new RedirectPolicy(secure, builder.trustAll, builder.trusted, builder.trustedRanges.build(), nodes);
        exchange = new ClientExchange(
                pool,
                login,
                secure ? HostPort.DEFAULT_TLS_PORT : HostPort.DEFAULT_PORT,
                builder.idleTimeout.toMillis(),
                builder.rate,
                builder.progress);
        external = exchange.withIdle(builder.externalTimeout.toMillis());
        attempts = builder.sendAttempts;
        sendTimeout = builder.sendTimeout;
        allowRemoteAuth = secure || builder.allowPlainRemoteAuth;
        workers = new ThreadPoolExecutor(
                builder.parallelSends,
                builder.parallelSends,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(builder.waitingSends),
                new DefaultThreadFactory("scsp-send", true));
    }

    /**
     * Begins the configuration of a client.
     *
     * @return a builder with the defaults of the protocol
     */
    public static ScspClientBuilder builder() {
        return new ScspClientBuilder();
    }

    /**
     * Makes a request and waits for the head of its answer. If the node cannot be reached, the others of its cluster are
     * asked in turn, see {@link ScspClientBuilder#cluster}; later calls begin with the one that was reached.
     *
     * @param node the node to ask first
     * @param request the request
     * @return the answer, whatever its status; the caller closes it
     * @throws ScspException if there is no connection or a redirect is not followed
     * @throws IOException if the connection ends, stalls, or the peer does not speak HTTP
     */
    public ScspAnswer call(HostPort node, ScspRequest request) throws IOException {
        List<String> problems = new ArrayList<>();
        for (HostPort next : nodes.inTurn(node)) {
            if (!problems.isEmpty()) {
                nodes.prefer(node, next);
            }
            try {
                return call(node, next, request);
            } catch (ScspException e) {
                if (e.outcome() != ScspOutcome.UNREACHABLE) {
                    throw e;
                }
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        nodes.forget(node);
        throw new ScspException(ScspOutcome.UNREACHABLE, String.join("; ", problems));
    }

    private ScspAnswer call(HostPort node, HostPort first, ScspRequest request) throws IOException {
        HostPort host = first;
        String target = request.target();
        int hops = 0;
        int logins = 0;
        ClientExchange way = exchange;
        while (true) {
            Optional<ClientLogin.Sent> sent =
                    login == null ? Optional.empty() : login.forRequest(host, request.method(), target);
            ScspAnswer answer = way.run(host, target, request, sent);
            boolean done = false;
            try {
                if (answer.status() == 401 && login != null && logins < 2) {
                    List<String> challenges = answer.headers().stream()
                            .filter(header -> header.name().equalsIgnoreCase("www-authenticate"))
                            .map(ObjectHeader::value)
                            .toList();
                    // A kept nonce may be from before a restart of the node; only a fresh one proves the password
                    // wrong.
                    if (login.challenged(host, challenges, sent.isPresent() && logins > 0)) {
                        logins++;
                        drop(answer);
                        continue;
                    }
                } else if (REDIRECTS.contains(answer.status())
                        && answer.header("location").isPresent()) {
                    if (++hops > MAX_REDIRECTS) {
                        throw new ScspException(
                                ScspOutcome.TOO_MANY_REDIRECTS, "more than " + MAX_REDIRECTS + " redirects");
                    }
                    RedirectPolicy.Location next =
                            redirects.follow(answer.header("location").get(), node, host);
                    drop(answer);
                    if (answer.status() == 301 || answer.status() == 308) {
                        nodes.prefer(node, next.host());
                    }
                    host = next.host();
                    way = answer.status() == EXTERNAL ? external : way;
                    target = next.target();
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
                requireSameContent(request, answer);
                done = true;
                return answer;
            } finally {
                if (!done) {
                    answer.close();
                }
            }
        }
    }

    /** A node that tells what it has stored must not tell of something else (SCSP section 6.1). */
    private static void requireSameContent(ScspRequest request, ScspAnswer answer) throws ScspException {
        boolean written = answer.status() == 201 && !request.method().equals("APPEND");
        Optional<String> sent = request.headers().stream()
                .filter(header -> header.name().equalsIgnoreCase("content-md5"))
                .map(ObjectHeader::value)
                .findFirst();
        Optional<String> stored = answer.header("content-md5");
        if (written && sent.isPresent() && stored.isPresent() && !stored.equals(sent)) {
            throw new ScspException(
                    ScspOutcome.PROTOCOL, answer.node() + " has stored a content with another Content-MD5");
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
            if (!allowRemoteAuth) {
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

    /**
     * Fetches an object into a file. After a cut the transfer goes on where it was, as long as the object is the same;
     * the content is compared with its {@code Content-MD5} if it has one. The file appears when all of it is there.
     *
     * @param node the node to ask first
     * @param target the path of the object with its arguments
     * @param file is made or replaced; a file of the same name with {@code .part} appended is used on the way
     * @return the headers of the object
     * @throws ScspException if the object is not given out, or not with the content it should have
     * @throws IOException if the transfer fails as often as configured, or the file cannot be written
     */
    public List<ObjectHeader> download(HostPort node, String target, Path file) throws IOException {
        return new Download(this, node, target, file).run(attempts);
    }

    private CompletionStage<SendResult> send(HostPort source, ScspRequest request) {
        return CompletableFuture.supplyAsync(
                () -> {
                    SendResult result = sendRepeatedly(source, request);
                    Optional<ScspRequest> asAlias =
                            result.outcome() == ScspOutcome.FORBIDDEN ? request.asAlias() : Optional.empty();
                    return asAlias.isPresent() ? sendRepeatedly(source, asAlias.get()) : result;
                },
                workers);
    }

    private SendResult sendRepeatedly(HostPort source, ScspRequest request) {
        for (int attempt = 1; ; attempt++) {
            Attempt done = sendOnce(source, request);
            ScspOutcome outcome = done.result().outcome();
            if (!outcome.isRetryable() || attempt >= attempts) {
                return done.result();
            }
            try {
                RetryWait wait = outcome == ScspOutcome.REMOTE_FULL ? RetryWait.FULL : RetryWait.USUAL;
                pause(wait.millis(attempt - 1, done.retryAfterMillis()));
            } catch (InterruptedIOException e) {
                return done.result();
            }
        }
    }

    /** Waits before the next attempt. */
    static void pause(long millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    /** One attempt of a SEND, and how long the node asks to wait before the next. */
    private record Attempt(SendResult result, long retryAfterMillis) {
        static Attempt without(ScspOutcome outcome) {
            return new Attempt(SendResult.without(outcome), 0);
        }
    }

    private Attempt sendOnce(HostPort source, ScspRequest request) {
        try (ScspAnswer answer = call(source, request)) {
            ResultText body = new ResultText(System::nanoTime, sendTimeout);
            answer.readTo(body);
            StringBuilder lines = new StringBuilder();
            for (List<ObjectHeader> part : List.of(answer.headers(), answer.trailers())) {
                for (ObjectHeader header : part) {
                    lines.append(header.name())
                            .append(": ")
                            .append(header.value())
                            .append('\n');
                }
            }
            return new Attempt(
                    SendResult.judge(answer.status(), body.text(), lines.toString()), answer.retryAfterMillis());
        } catch (ScspException e) {
            return Attempt.without(e.outcome());
        } catch (IOException e) {
            return Attempt.without(ScspOutcome.UNKNOWN);
        }
    }

    private void drop(ScspAnswer answer) throws IOException {
        answer.read((int) DISCARD_LIMIT);
        answer.close();
    }

    /** Ends all calls and connections. */
    @Override
    public void close() {
        workers.shutdownNow();
        pool.close();
        loops.close();
    }
}
