package io.mirror.replica.scsp;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One request at a node and its answer. */
final class Exchange {
    static final String ALLOW = "HEAD, GET, SEND, PUT, POST, COPY, APPEND, DELETE";

    private final HttpWire wire;
    private final HttpRequest request;
    private final RequestTarget target;
    private final HeaderView headers;
    private final NodeSettings settings;
    private final boolean expects;
    private boolean continued;
    private boolean close;
    private boolean answered;
    private List<ObjectHeader> trailers = List.of();

    Exchange(HttpWire wire, HttpRequest request, RequestTarget target, NodeSettings settings) {
        this.wire = wire;
        this.request = request;
        this.target = target;
        this.settings = settings;
        this.headers = new HeaderView(request.headers());
        this.expects = headers.first("expect").orElse("").equalsIgnoreCase("100-continue");
        this.close = headers.joined("connection").orElse("").equalsIgnoreCase("close");
    }

    HttpWire wire() {
        return wire;
    }

    String method() {
        return request.method().name();
    }

    boolean isHead() {
        return method().equals("HEAD");
    }

    /** Whether the request is about the node itself (SCSP section 4.2). */
    boolean asksForNode() {
        return target.segments().isEmpty() && (isHead() || method().equals("GET"));
    }

    String rawTarget() {
        return request.uri();
    }

    RequestTarget target() {
        return target;
    }

    HeaderView headers() {
        return headers;
    }

    boolean closes() {
        return close;
    }

    boolean answered() {
        return answered;
    }

    boolean takesTrailers() {
        return headers.joined("te").orElse("").toLowerCase(Locale.ROOT).contains("trailers");
    }

    boolean hasBody() {
        return request.headers().contains("transfer-encoding")
                || !headers.first("content-length").orElse("0").equals("0");
    }

    boolean announcesBody() {
        return request.headers().contains("transfer-encoding")
                || request.headers().contains("content-length");
    }

    /** Gives the body to the sink, piece by piece. */
    void readBody(BodySink sink) throws IOException {
        if (expects && !continued) {
            continued = true;
            wire.send(
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE),
                    settings.idleMillis());
        }
        while (wire.bodyOpen()) {
            HttpObject part = wire.next(settings.idleMillis());
            try {
                if (part instanceof HttpContent content) {
                    for (ByteBuffer piece : content.content().nioBuffers()) {
                        sink.write(piece);
                    }
                }
                if (part instanceof LastHttpContent last) {
                    List<ObjectHeader> found = new ArrayList<>();
                    last.trailingHeaders()
                            .forEach(entry -> found.add(new ObjectHeader(entry.getKey(), entry.getValue())));
                    trailers = found;
                }
            } finally {
                ReferenceCountUtil.release(part);
            }
        }
    }

    Optional<String> trailer(String name) {
        return trailers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(ObjectHeader::value)
                .findFirst();
    }

    /** Sends a whole answer; what the request has left unread is dropped first, or the connection ends. */
    void answer(int status, List<ObjectHeader> more, String type, byte[] body, boolean closing) throws IOException {
        close |= closing;
        if (wire.bodyOpen()) {
            close |= (expects && !continued) || !discarded();
            wire.abandonBody();
        }
        HttpResponse head = head(status, more);
        if (status == 304) {
            // Its length would be that of the object.
            head.headers().remove("content-length");
        } else {
            head.headers().set("Content-Length", Integer.toString(body.length));
            if (body.length > 0) {
                head.headers().set("Content-Type", type);
            }
        }
        whole(head, ByteBuffer.wrap(isHead() ? new byte[0] : body));
    }

    /** Sends an answer whose body is at hand, in one piece. */
    void whole(HttpResponse head, ByteBuffer body) throws IOException {
        answered = true;
        markClose(head);
        wire.sendWhole(
                new DefaultFullHttpResponse(
                        head.protocolVersion(),
                        head.status(),
                        Unpooled.wrappedBuffer(body),
                        head.headers(),
                        EmptyHttpHeaders.INSTANCE),
                settings.idleMillis());
    }

    private boolean discarded() throws IOException {
        try {
            return wire.discardBody(settings.limits().maxDiscard(), settings.idleMillis());
        } catch (MalformedHttpException e) {
            return false;
        }
    }

    void fail(RequestException error) throws IOException {
        List<ObjectHeader> more = new ArrayList<>(error.headers());
        if (error.token().equals("RequiresContext2")) {
            triple(more, 404, "SecurityRealmFailure", "the domain or bucket does not exist");
        }
        triple(more, error.status(), error.token(), error.text());
        String text = error.status() == 505
                ? ""
                : "<html><body><h2>" + error.status() + "</h2><p>"
                        + error.text()
                                .replace("&", "&amp;")
                                .replace("<", "&lt;")
                                .replace(">", "&gt;")
                        + "</p></body></html>\n";
        answer(error.status(), more, "text/html", text.getBytes(StandardCharsets.UTF_8), error.close());
    }

    private static void triple(List<ObjectHeader> headers, int status, String token, String text) {
        headers.add(new ObjectHeader("Castor-System-Error-Token", token));
        headers.add(new ObjectHeader("Castor-System-Error-Text", text.replaceAll("[\\r\\n]", " ")));
        headers.add(new ObjectHeader("Castor-System-Error-Code", Integer.toString(status)));
    }

    HttpResponse head(int status, List<ObjectHeader> more) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        head.headers().set("Date", ScspText.date(settings.clock().millis()));
        head.headers().set("Server", settings.server());
        for (ObjectHeader header : more) {
            head.headers().add(header.name(), ScspText.encode(header.value()));
        }
        return head;
    }

    void begin(HttpResponse head) {
        answered = true;
        markClose(head);
        wire.begin(head);
    }

    private void markClose(HttpResponse head) {
        if (close) {
            head.headers().set("Connection", "close");
        }
    }

    void end(List<ObjectHeader> last) {
        DefaultLastHttpContent end = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
        for (ObjectHeader header : last) {
            end.trailingHeaders().add(header.name(), header.value());
        }
        wire.end(end);
    }

    /** Takes pieces of a body. */
    interface BodySink {
        void write(ByteBuffer piece) throws IOException;
    }
}
