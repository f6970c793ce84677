package io.mirror.transport.internal.websocket;

import io.mirror.transport.internal.net.Opening;
import io.mirror.transport.internal.net.Place;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.function.Supplier;

/**
 * Tells by the first byte what a connection to a shared port is: 0x16 begins TLS, a capital letter a request of HTTP, and
 * everything else is the plain protocol. Within TLS the same question is asked again.
 */
public final class PortDetector extends ByteToMessageDecoder implements Opening.Step {
    private static final byte TLS_HANDSHAKE = 0x16;
    private static final String NAME = "port-detector";
    private static final String NAME_IN_TLS = "port-detector-in-tls";

    /**
     * What a port takes. At least one must be true.
     *
     * @param plain the protocol as it is
     * @param secure the protocol in TLS
     * @param webSocket the protocol in a WebSocket
     * @param secureWebSocket the protocol in a WebSocket in TLS
     */
    public record Accepted(boolean plain, boolean secure, boolean webSocket, boolean secureWebSocket) {}

    private final Accepted accepted;
    private final Supplier<SslHandler> tls;
    private final WebSocketOptions options;
    private final Messages messages;
    private boolean over;

    private PortDetector(Accepted accepted, Supplier<SslHandler> tls, WebSocketOptions options, Messages messages) {
        this.accepted = accepted;
        this.tls = tls;
        this.options = options;
        this.messages = messages;
    }

    /**
     * Adds what is needed; without a choice nothing has to be detected.
     *
     * @param place where in the pipeline of an accepted connection
     * @param accepted what it may be
     * @param tls makes the handler for TLS; only called if it is TLS
     * @param options for WebSockets
     * @param messages how buffers become messages
     */
    public static void addTo(
            Place place, Accepted accepted, Supplier<SslHandler> tls, WebSocketOptions options, Messages messages) {
        boolean inClear = accepted.plain || accepted.webSocket;
        boolean inTls = accepted.secure || accepted.secureWebSocket;
        if (inTls && !inClear) {
            addTls(place, accepted, tls, options, messages);
        } else if (inTls || (accepted.plain && accepted.webSocket)) {
            place.add(NAME, new PortDetector(accepted, tls, options, messages));
        } else if (accepted.webSocket) {
            WebSocketCarrier.addServer(place, options, messages);
        }
    }

    private static void addTls(
            Place place, Accepted accepted, Supplier<SslHandler> tls, WebSocketOptions options, Messages messages) {
        Place inside = place.add("tls", tls.get());
        Accepted inTls = new Accepted(accepted.secure, false, accepted.secureWebSocket, false);
        if (inTls.plain && inTls.webSocket) {
            inside.add(NAME_IN_TLS, new PortDetector(inTls, tls, options, messages));
        } else if (inTls.webSocket) {
            WebSocketCarrier.addServer(inside, options, messages);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (over) {
            in.skipBytes(in.readableBytes());
            return;
        }
        byte first = in.getByte(in.readerIndex());
        Place here = Place.after(context.pipeline(), context.name());
        if (first == TLS_HANDSHAKE && (accepted.secure || accepted.secureWebSocket)) {
            addTls(here, accepted, tls, options, messages);
            done(context);
        } else if (first >= 'A' && first <= 'Z' && accepted.webSocket) {
            WebSocketCarrier.addServer(here, options, messages);
            done(context);
        } else if (first != TLS_HANDSHAKE && accepted.plain) {
            done(context);
        } else {
            over = true;
            context.fireUserEventTriggered(
                    new Opening("this port does not take what begins with byte " + String.format("0x%02x", first)));
            context.close();
        }
    }

    private void done(ChannelHandlerContext context) {
        over = true;
        ChannelPipeline pipeline = context.pipeline();
        pipeline.remove(this);
        pipeline.fireUserEventTriggered(Opening.STEP_DONE);
    }
}
