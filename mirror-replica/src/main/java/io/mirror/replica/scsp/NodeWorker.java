package io.mirror.replica.scsp;

import io.mirror.core.access.Permissions;
import io.mirror.core.access.Right;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Answers the requests of one connection, one after the other, on a thread that it holds while the connection is open.
 * Only while the answer to a login has to wait it holds none (S-AUTH-5).
 */
final class NodeWorker implements Runnable {
    private static final Logger LOG = System.getLogger(NodeWorker.class.getName());
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "COPY", "APPEND", "DELETE", "SEND");
    private static final Set<String> ENCODINGS = Set.of("identity", "gzip", "x-gzip");

    /** What happens to the connection after a step. */
    private enum Next {
        READ,
        CLOSE,
        WAIT
    }

    /** A request whose login is answered later. */
    private record Waiting(Exchange exchange, AdminGuard.Judgement judgement) {}

    private final HttpWire wire;
    private final NodeSettings settings;
    private final NodeRequests requests;
    private final Executor workers;
    private @Nullable Waiting waiting;

    NodeWorker(HttpWire wire, NodeSettings settings, NodeRequests requests, Executor workers) {
        this.wire = wire;
        this.settings = settings;
        this.requests = requests;
        this.workers = workers;
    }

    @Override
    public void run() {
        try {
            Next next = Next.READ;
            while (next == Next.READ) {
                Waiting late = waiting;
                waiting = null;
                next = late == null ? one() : guarded(late.exchange(), () -> handle(late.exchange(), late.judgement()));
            }
            if (next == Next.CLOSE) {
                wire.finish(settings.idleMillis());
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "connection ended: {0}", e.toString());
            wire.close();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a request failed", e);
            wire.close();
        } catch (Error e) {
            // No memory, perhaps: without the thread nobody would ever answer.
            wire.close();
            throw e;
        }
    }

    private Next one() throws IOException {
        HttpRequest request;
        try {
            HttpObject part = wire.next(settings.headerMillis());
            if (!(part instanceof HttpRequest head)) {
                ReferenceCountUtil.release(part);
                return Next.READ;
            }
            request = head;
        } catch (MalformedHttpException e) {
            refuse(e);
            return Next.CLOSE;
        }
        RequestTarget target;
        try {
            target = RequestTarget.parse(request.uri());
        } catch (MalformedHttpException e) {
            refuse(e);
            return Next.CLOSE;
        }
        Exchange exchange = new Exchange(wire, request, target, settings);
        return guarded(exchange, () -> {
            checkHead(request);
            return login(exchange);
        });
    }

    private interface Step {
        Next run() throws RequestException, IOException;
    }

    /** Turns every way to fail into an answer, or into the end of the connection where none can be given. */
    private Next guarded(Exchange exchange, Step step) throws IOException {
        try {
            Next next = step.run();
            if (next != Next.READ) {
                return next;
            }
        } catch (RequestException e) {
            exchange.fail(e);
        } catch (MalformedHttpException e) {
            if (!exchange.answered()) {
                refuse(e);
            }
            return Next.CLOSE;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (CorruptObjectException e) {
            if (exchange.answered() || !wire.isOpen()) {
                throw e;
            }
            exchange.fail(RequestException.closing(500, "ContentCorrupt", String.valueOf(e.getMessage())));
        } catch (IOException e) {
            if (exchange.answered() || !wire.isOpen()) {
                throw e;
            }
            LOG.log(Level.ERROR, "the store failed: {0}", e.toString());
            exchange.fail(RequestException.closing(500, "StoreFailure", "the store failed"));
        }
        return !exchange.closes() && wire.isOpen() ? Next.READ : Next.CLOSE;
    }

    private void refuse(MalformedHttpException error) throws IOException {
        wire.abandonBody();
        HttpRequest none =
                new io.netty.handler.codec.http.DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        new Exchange(wire, none, RequestTarget.parse("/"), settings)
                .fail(RequestException.closing(error.status(), "MalformedRequest", String.valueOf(error.getMessage())));
    }

    private void checkHead(HttpRequest request) throws RequestException {
        if (!request.protocolVersion().text().equals("HTTP/1.1")) {
            throw RequestException.closing(505, "VersionNotSupported", "only HTTP/1.1");
        }
        if (!METHODS.contains(request.method().name())) {
            throw new RequestException(
                    501,
                    "MethodNotImplemented",
                    "unknown method",
                    List.of(new ObjectHeader("Allow", Exchange.ALLOW)),
                    true);
        }
        if (request.headers().getAll("host").size() != 1) {
            throw RequestException.closing(400, "MissingHost", "exactly one Host header is required");
        }
        String encoding =
                String.join(",", request.headers().getAll("content-encoding")).trim();
        if (!settings.anyEncoding() && !encoding.isEmpty() && !ENCODINGS.contains(encoding.toLowerCase(Locale.ROOT))) {
            throw RequestException.closing(
                    415, "ContentEncoding", "only the content encodings identity and gzip are accepted");
        }
    }

    private Next login(Exchange exchange) throws RequestException, IOException {
        RequestTarget target = exchange.target();
        if (isSentOn(exchange)) {
            redirect(exchange, settings.redirect().orElseThrow());
            return Next.READ;
        }
        boolean demanded = target.flag("admin") || exchange.method().equals("SEND");
        List<String> authorization = exchange.headers().all("authorization");
        if (!demanded && (authorization.isEmpty() || !settings.rights().looksAtEveryLogin())) {
            return handle(exchange, AdminGuard.Judgement.anonymous());
        }
        AdminGuard.Judgement judgement = settings.guard()
                .judge(wire.peer().getAddress(), exchange.method(), exchange.rawTarget(), authorization);
        if (judgement.delayMillis() == 0) {
            return handle(exchange, judgement);
        }
        waiting = new Waiting(exchange, judgement);
        wire.channel()
                .eventLoop()
                .schedule(() -> workers.execute(this), judgement.delayMillis(), TimeUnit.MILLISECONDS);
        return Next.WAIT;
    }

    /** Whether a request goes to another node: it has no token that is good here. */
    private boolean isSentOn(Exchange exchange) {
        return settings.redirect().isPresent()
                && !exchange.asksForNode()
                && !settings.redirect().get().tokens().isGood(token(exchange));
    }

    private static String token(Exchange exchange) {
        return exchange.target().argument(RedirectTokens.ARGUMENT).orElse("");
    }

    private Next handle(Exchange exchange, AdminGuard.Judgement judgement) throws RequestException, IOException {
        if (judgement.status() != 200) {
            deny(judgement);
        }
        Optional<String> user = judgement.user();
        Permissions permissions = settings.rights().of(user, wire.peer().getAddress());
        boolean demanded = exchange.target().flag("admin") || exchange.method().equals("SEND");
        require(permissions, Right.CONNECT, "", user);
        if (demanded) {
            require(permissions, Right.ADMIN, "", user);
        }
        if (exchange.asksForNode()) {
            describeNode(exchange);
            return Next.READ;
        }
        if (!demanded) {
            require(permissions, NodeRights.needed(exchange.method()), requests.domain(exchange), user);
        }
        // Only now: a request that is to log in first comes back with the same token.
        if (settings.redirect().isPresent()
                && !settings.redirect().get().tokens().use(token(exchange))) {
            redirect(exchange, settings.redirect().get());
            return Next.READ;
        }
        requests.handle(exchange, demanded ? user : Optional.empty());
        return Next.READ;
    }

    private void require(Permissions permissions, Right right, String domain, Optional<String> user)
            throws RequestException {
        if (permissions.allows(right, domain)) {
            return;
        }
        if (user.isEmpty()) {
            deny(AdminGuard.Judgement.refused(false));
        }
        throw new RequestException(
                403, "NotAllowed", "the user lacks the right to " + right.name().toLowerCase(Locale.ROOT));
    }

    private void deny(AdminGuard.Judgement judgement) throws RequestException {
        List<ObjectHeader> headers = new ArrayList<>();
        if (judgement.status() == 401) {
            for (String challenge : settings.guard().challenges(judgement.stale())) {
                headers.add(new ObjectHeader("WWW-Authenticate", challenge));
            }
            headers.add(new ObjectHeader("Allow", Exchange.ALLOW));
        }
        String token = judgement.status() == 401 ? "AuthenticationRequired" : "InvalidAuthorization";
        throw new RequestException(judgement.status(), token, judgement.reason(), headers, false);
    }

    private void redirect(Exchange exchange, NodeSettings.Redirect redirect) throws IOException {
        StringBuilder arguments = new StringBuilder();
        for (String part : exchange.target().rawQuery().split("&", -1)) {
            if (!part.isEmpty() && !RedirectTokens.isArgument(part)) {
                arguments.append(part).append('&');
            }
        }
        String location =
                settings.scheme() + redirect.peer() + exchange.target().rawPath() + "?" + arguments
                        + RedirectTokens.ARGUMENT + "=" + redirect.tokens().issue();
        exchange.answer(redirect.code(), List.of(new ObjectHeader("Location", location)), "", new byte[0], false);
    }

    private void describeNode(Exchange exchange) throws IOException {
        List<ObjectHeader> headers = new ArrayList<>();
        headers.add(new ObjectHeader("Allow", Exchange.ALLOW));
        headers.add(new ObjectHeader("Castor-System-Cluster", settings.cluster()));
        Optional<ObjectStore.Space> space = settings.store().space();
        if (space.isPresent()) {
            headers.add(gigabytes("Available", space.get().available()));
            headers.add(gigabytes("Capacity", space.get().capacity()));
        }
        headers.add(new ObjectHeader("Cache-Control", "no-cache"));
        byte[] body = ("<html><body>Node of cluster " + settings.cluster() + "</body></html>\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.answer(200, headers, "text/html", body, false);
    }

    private static ObjectHeader gigabytes(String what, long octets) {
        return new ObjectHeader("Castor-System-TotalGB" + what, Long.toString(octets / 1_000_000_000));
    }
}
