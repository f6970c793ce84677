package io.mirror.replica.scsp;

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
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers the requests of one connection, one after the other. */
final class NodeWorker implements Runnable {
    private static final Logger LOG = System.getLogger(NodeWorker.class.getName());
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "COPY", "APPEND", "DELETE", "SEND");
    private static final int MAX_HEADERS = 500;
    private static final int MAX_HEADER_BYTES = 32_768;
    private static final int MAX_ONE_HEADER = 16_384;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final HttpWire wire;
    private final NodeSettings settings;
    private final ObjectRequests objects;
    private final SendRequests sends;

    NodeWorker(HttpWire wire, NodeSettings settings, ObjectRequests objects, SendRequests sends) {
        this.wire = wire;
        this.settings = settings;
        this.objects = objects;
        this.sends = sends;
    }

    @Override
    public void run() {
        try {
            boolean more = true;
            while (more) {
                more = one();
            }
            wire.finish();
        } catch (InterruptedIOException e) {
            LOG.log(Level.DEBUG, "connection closed: {0}", e.getMessage());
            wire.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "connection ended: {0}", e.toString());
            wire.close();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a request failed", e);
            wire.close();
        }
    }

    private boolean one() throws IOException {
        HttpRequest request;
        try {
            HttpObject part = wire.next(settings.headerMillis());
            if (!(part instanceof HttpRequest head)) {
                ReferenceCountUtil.release(part);
                return true;
            }
            request = head;
        } catch (MalformedHttpException e) {
            refuse(e);
            return false;
        }
        Exchange exchange = null;
        try {
            RequestTarget target;
            try {
                target = RequestTarget.parse(request.uri());
            } catch (MalformedHttpException e) {
                exchange = new Exchange(wire, request, RequestTarget.parse("/"), settings);
                throw RequestException.closing(400, "InvalidTarget", String.valueOf(e.getMessage()));
            }
            exchange = new Exchange(wire, request, target, settings);
            checkHead(request);
            handle(exchange);
        } catch (RequestException e) {
            exchange.fail(e);
        } catch (MalformedHttpException e) {
            if (exchange != null && !exchange.answered()) {
                refuse(e);
            }
            return false;
        } catch (InterruptedIOException e) {
            throw e;
        } catch (IOException e) {
            if (exchange == null || exchange.answered() || !wire.isOpen()) {
                throw e;
            }
            LOG.log(Level.ERROR, "the store failed: {0}", e.toString());
            exchange.fail(RequestException.closing(500, "StoreFailure", "the store failed"));
        }
        return !exchange.closes() && wire.isOpen();
    }

    private void refuse(MalformedHttpException error) throws IOException {
        HttpRequest none =
                new io.netty.handler.codec.http.DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
        new Exchange(wire, none, RequestTarget.parse("/"), settings)
                .fail(RequestException.closing(400, "MalformedRequest", String.valueOf(error.getMessage())));
    }

    private static void checkHead(HttpRequest request) throws RequestException {
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
        List<String> coding = request.headers().getAll("transfer-encoding");
        if (!coding.isEmpty() && !(coding.size() == 1 && coding.get(0).equalsIgnoreCase("chunked"))) {
            throw RequestException.closing(501, "TransferCoding", "only the transfer coding chunked");
        }
        List<String> length = request.headers().getAll("content-length");
        if (!length.isEmpty()
                && (length.size() > 1 || !coding.isEmpty() || !length.get(0).matches("\\d{1,18}"))) {
            throw RequestException.closing(400, "InvalidLength", "Content-Length is not one plain number");
        }
        if (request.headers().getAll("host").size() != 1) {
            throw RequestException.closing(400, "MissingHost", "exactly one Host header is required");
        }
        int count = 0;
        int bytes = 0;
        for (var header : request.headers()) {
            int size = header.getKey().length() + header.getValue().length() + 4;
            count++;
            bytes += size;
            if (size > MAX_ONE_HEADER || count > MAX_HEADERS || bytes > MAX_HEADER_BYTES) {
                throw RequestException.closing(
                        400,
                        "HeaderLimit",
                        "headers are limited to " + MAX_HEADERS + ", " + MAX_ONE_HEADER + " bytes each and "
                                + MAX_HEADER_BYTES + " bytes in all");
            }
        }
    }

    private void handle(Exchange exchange) throws RequestException, IOException {
        RequestTarget target = exchange.target();
        boolean node = target.segments().isEmpty()
                && (exchange.method().equals("GET") || exchange.method().equals("HEAD"));
        if (settings.redirect().isPresent() && !node) {
            redirect(exchange, settings.redirect().get());
            return;
        }
        Optional<String> admin = Optional.empty();
        if (target.flag("admin") || exchange.method().equals("SEND")) {
            AdminGuard.Judgement judgement = settings.guard()
                    .judge(
                            exchange.method(),
                            exchange.rawTarget(),
                            exchange.headers().all("authorization"));
            if (judgement.user().isEmpty()) {
                deny(judgement);
            }
            admin = judgement.user();
        }
        if (node) {
            describeNode(exchange);
            return;
        }
        switch (exchange.method()) {
            case "GET", "HEAD" -> objects.read(exchange);
            case "DELETE" -> objects.delete(exchange, admin);
            case "SEND" -> sends.send(exchange, admin.orElseThrow());
            default -> objects.write(exchange, admin);
        }
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

    private static void redirect(Exchange exchange, NodeSettings.Redirect redirect) throws IOException {
        byte[] token = new byte[16];
        RANDOM.nextBytes(token);
        StringBuilder arguments = new StringBuilder();
        for (String part : exchange.target().rawQuery().split("&", -1)) {
            if (!part.isEmpty() && !part.regionMatches(true, 0, "auth=", 0, 5)) {
                arguments.append(part).append('&');
            }
        }
        String location = "http://" + redirect.peer() + exchange.target().rawPath() + "?" + arguments + "auth="
                + HexFormat.of().formatHex(token);
        exchange.answer(redirect.code(), List.of(new ObjectHeader("Location", location)), "", new byte[0], false);
    }

    private void describeNode(Exchange exchange) throws IOException {
        List<ObjectHeader> headers = List.of(
                new ObjectHeader("Allow", Exchange.ALLOW),
                new ObjectHeader("Castor-System-Cluster", settings.cluster()),
                new ObjectHeader("Castor-System-TotalGBAvailable", "1"),
                new ObjectHeader("Castor-System-TotalGBCapacity", "1"),
                new ObjectHeader("Cache-Control", "no-cache"));
        byte[] body = ("<html><body>Node of cluster " + settings.cluster() + "</body></html>\n")
                .getBytes(StandardCharsets.UTF_8);
        exchange.answer(200, headers, "text/html", body, false);
    }
}
