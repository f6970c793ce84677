package io.mirror.transport.internal.http;

import io.mirror.core.point.Excerpt;
import io.mirror.transport.internal.net.Place;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Opens a tunnel through a proxy with CONNECT (RFC 9110 section 9.3.6). Only status 200 opens it; nothing but the request to
 * the proxy is sent before.
 */
public final class ProxyConnect extends HeadHandler {
    private static final long TIMEOUT_MILLIS = 10_000;
    private static final int MAX_HEAD_BYTES = 16 << 10;

    private final String target;
    private final ProxyLogin login;
    private final Consumer<Place> inside;

    /**
     * Creates the step.
     *
     * @param host where the tunnel leads to
     * @param port its port
     * @param login how to log in to the proxy
     * @param inside adds the handlers of the tunnel, TLS for one, behind this one
     * @throws IllegalArgumentException if the host cannot be part of a request
     */
    public ProxyConnect(String host, int port, ProxyLogin login, Consumer<Place> inside) {
        super("the answer of the proxy", TIMEOUT_MILLIS, MAX_HEAD_BYTES);
        this.target = HttpText.authority(HttpText.checkHost(host), port);
        this.login = login;
        this.inside = inside;
    }

    @Override
    protected void begin(ChannelHandlerContext context) {
        StringBuilder request = new StringBuilder(256)
                .append("CONNECT ")
                .append(target)
                .append(" HTTP/1.1\r\nHost: ")
                .append(target)
                .append("\r\n");
        login.authorization("CONNECT", target)
                .ifPresent(value ->
                        request.append("Proxy-Authorization: ").append(value).append("\r\n"));
        request.append("\r\n");
        context.writeAndFlush(
                ByteBufUtil.encodeString(context.alloc(), CharBuffer.wrap(request), StandardCharsets.ISO_8859_1));
    }

    @Override
    protected void head(ChannelHandlerContext context, HttpHead head) {
        int status = head.status();
        if (status == 200) {
            inside.accept(Place.after(context.pipeline(), context.name()));
            done(context);
        } else if (status == 407) {
            String problem = login.challenged(head);
            fail(context, problem.isEmpty() ? ProxyLogin.WANTED : problem);
        } else {
            fail(context, "the proxy does not connect to " + Excerpt.of(target) + ": " + head.statusText());
        }
    }
}
