package io.mirror.transport.internal.websocket;

import io.mirror.core.point.Excerpt;
import io.mirror.transport.internal.http.HeadHandler;
import io.mirror.transport.internal.http.HttpHead;
import io.mirror.transport.internal.net.Opening;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The server's side of the upgrade (RFC 6455 section 4.2). What is refused is told why, in HTTP. */
final class ServerUpgrade extends HeadHandler {
    private final WebSocketOptions options;
    private final Runnable upgraded;

    ServerUpgrade(WebSocketOptions options, Runnable upgraded) {
        super("the request for a WebSocket", options.upgradeTimeout().toMillis());
        this.options = options;
        this.upgraded = upgraded;
    }

    /** An answer that is no upgrade. */
    private record Refusal(String status, String fields, String reason) {}

    @Override
    protected void begin(ChannelHandlerContext context) {
        // The client speaks first.
    }

    @Override
    protected void head(ChannelHandlerContext context, HttpHead head) {
        Optional<Refusal> refusal = judge(head);
        if (refusal.isPresent()) {
            refuse(context, refusal.get());
            return;
        }
        StringBuilder response = new StringBuilder(256)
                .append("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
                .append("Sec-WebSocket-Accept: ")
                .append(UpgradeKeys.accept(head.value("sec-websocket-key").orElse("")))
                .append("\r\n");
        for (String offered : head.words("sec-websocket-protocol")) {
            if (options.subprotocols().contains(offered)) {
                response.append("Sec-WebSocket-Protocol: ").append(offered).append("\r\n");
                break;
            }
        }
        response.append("\r\n");
        write(context, response);
        upgraded.run();
        done(context);
    }

    private Optional<Refusal> judge(HttpHead head) {
        String[] parts = head.startLine().split(" ", -1);
        if (parts.length != 3 || !parts[2].matches("HTTP/1\\.[0-9]")) {
            return refusal(
                    "400 Bad Request", "", "not a request of HTTP/1.1: \"" + Excerpt.of(head.startLine()) + "\"");
        }
        if (!parts[0].equals("GET")) {
            return refusal("405 Method Not Allowed", "Allow: GET\r\n", "only GET can ask for a WebSocket");
        }
        if (!pathOf(parts[1]).equals(options.path())) {
            return refusal("404 Not Found", "", "there is no WebSocket at " + Excerpt.of(parts[1]));
        }
        if (head.values("host").size() != 1 || head.hasBody() || parts[2].equals("HTTP/1.0")) {
            return refusal("400 Bad Request", "", "an upgrade needs HTTP/1.1, one Host field and no body");
        }
        if (!head.hasWord("upgrade", "websocket") || !head.hasWord("connection", "upgrade")) {
            return refusal("426 Upgrade Required", "Upgrade: websocket\r\n", "this is a WebSocket");
        }
        if (!head.value("sec-websocket-version").filter("13"::equals).isPresent()) {
            return refusal("426 Upgrade Required", "Sec-WebSocket-Version: 13\r\n", "the WebSocket version must be 13");
        }
        if (!head.value("sec-websocket-key").filter(UpgradeKeys::isKey).isPresent()) {
            return refusal("400 Bad Request", "", "Sec-WebSocket-Key must be 16 bytes in base64, once");
        }
        List<String> origins = head.values("origin");
        if (!origins.isEmpty()
                && (origins.size() > 1
                        || !options.origins().contains(origins.get(0).toLowerCase(Locale.ROOT)))) {
            return refusal("403 Forbidden", "", "origin " + Excerpt.of(origins.get(0)) + " is not allowed");
        }
        return Optional.empty();
    }

    /** Some proxies leave the absolute form in the request. */
    private static String pathOf(String target) {
        String lower = target.toLowerCase(Locale.ROOT);
        if (!lower.startsWith("http://") && !lower.startsWith("https://")) {
            return target;
        }
        int slash = target.indexOf('/', target.indexOf("//") + 2);
        return slash < 0 ? "/" : target.substring(slash);
    }

    private static Optional<Refusal> refusal(String status, String fields, String reason) {
        return Optional.of(new Refusal(status, fields, reason));
    }

    @Override
    protected void malformed(ChannelHandlerContext context, String problem) {
        refuse(context, new Refusal("400 Bad Request", "", problem));
    }

    private void refuse(ChannelHandlerContext context, Refusal refusal) {
        stop();
        String body = refusal.reason + "\n";
        StringBuilder response = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(refusal.status)
                .append("\r\n")
                .append(refusal.fields)
                .append("Content-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n")
                .append("Cache-Control: no-store\r\nConnection: close\r\nContent-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n\r\n")
                .append(body);
        ChannelFuture sent = write(context, response);
        context.fireUserEventTriggered(new Opening("the request for a WebSocket was refused: " + refusal.reason));
        sent.addListener(ChannelFutureListener.CLOSE);
    }

    private static ChannelFuture write(ChannelHandlerContext context, StringBuilder response) {
        return context.writeAndFlush(
                ByteBufUtil.encodeString(context.alloc(), CharBuffer.wrap(response), StandardCharsets.UTF_8));
    }
}
