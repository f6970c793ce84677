package io.mirror.transport.internal.websocket;

import io.mirror.core.point.Excerpt;
import io.mirror.transport.internal.http.HeadHandler;
import io.mirror.transport.internal.http.HttpHead;
import io.mirror.transport.internal.http.HttpText;
import io.mirror.transport.internal.http.ProxyLogin;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client's side of the upgrade (RFC 6455 section 4.1). */
final class ClientUpgrade extends HeadHandler {
    private final WebSocketOptions options;
    private final String authority;
    private final String target;
    private final @Nullable ProxyLogin proxy;
    private final Runnable upgraded;
    private final String key = UpgradeKeys.newKey();

    ClientUpgrade(
            WebSocketOptions options,
            String host,
            int port,
            @Nullable ProxyLogin proxy,
            boolean secure,
            Runnable upgraded) {
        super("the answer to the WebSocket upgrade", options.upgradeTimeout().toMillis());
        this.options = options;
        HttpText.checkHost(host);
        boolean usual = port == (secure ? 443 : 80);
        String full = HttpText.authority(host, port);
        authority = usual ? full.substring(0, full.lastIndexOf(':')) : full;
        // A proxy that is asked without CONNECT needs to know where to go.
        target = proxy == null ? options.path() : "http://" + authority + options.path();
        this.proxy = proxy;
        this.upgraded = upgraded;
    }

    @Override
    protected void begin(ChannelHandlerContext context) {
        StringBuilder request = new StringBuilder(512);
        request.append("GET ").append(target).append(" HTTP/1.1\r\n");
        field(request, "Host", authority);
        field(request, "Upgrade", "websocket");
        field(request, "Connection", "Upgrade");
        field(request, "Sec-WebSocket-Key", key);
        field(request, "Sec-WebSocket-Version", "13");
        if (!options.subprotocols().isEmpty()) {
            field(request, "Sec-WebSocket-Protocol", String.join(", ", options.subprotocols()));
        }
        if (proxy != null) {
            proxy.authorization("GET", target).ifPresent(value -> field(request, "Proxy-Authorization", value));
        }
        for (Map.Entry<String, String> header : options.headers().entrySet()) {
            field(request, header.getKey(), header.getValue());
        }
        request.append("\r\n");
        context.writeAndFlush(
                ByteBufUtil.encodeString(context.alloc(), CharBuffer.wrap(request), StandardCharsets.ISO_8859_1));
    }

    private static void field(StringBuilder request, String name, String value) {
        request.append(name).append(": ").append(value).append("\r\n");
    }

    @Override
    protected void head(ChannelHandlerContext context, HttpHead head) {
        int status = head.status();
        if (status == 407 && proxy != null) {
            String problem = proxy.challenged(head);
            fail(context, problem.isEmpty() ? ProxyLogin.WANTED : problem);
        } else if (status != 101) {
            fail(context, "the WebSocket upgrade was answered with " + head.statusText());
        } else {
            String problem = problemOf(head);
            if (problem.isEmpty()) {
                upgraded.run();
                done(context);
            } else {
                fail(context, "the WebSocket upgrade was answered wrongly: " + problem);
            }
        }
    }

    private String problemOf(HttpHead head) {
        if (!head.hasWord("upgrade", "websocket") || !head.hasWord("connection", "Upgrade")) {
            return "the fields Upgrade and Connection do not say so";
        }
        if (!head.value("sec-websocket-accept")
                .filter(UpgradeKeys.accept(key)::equals)
                .isPresent()) {
            return "Sec-WebSocket-Accept does not fit the key";
        }
        if (!head.values("sec-websocket-extensions").isEmpty()) {
            return "extensions were not offered";
        }
        List<String> chosen = head.words("sec-websocket-protocol");
        if (chosen.size() > 1 || !options.subprotocols().containsAll(chosen)) {
            return "subprotocol " + Excerpt.of(chosen.toString()) + " was not offered";
        }
        return "";
    }
}
