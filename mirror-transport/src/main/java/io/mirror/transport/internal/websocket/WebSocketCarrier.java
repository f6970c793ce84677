package io.mirror.transport.internal.websocket;

import io.mirror.transport.internal.http.ProxyLogin;
import io.mirror.transport.internal.net.Place;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import org.jspecify.annotations.Nullable;

/**
 * Puts a WebSocket between a connection and its protocol: the protocol's handler, further back in the pipeline, reads and
 * writes byte buffers as it would without. It must wait until {@link io.mirror.transport.internal.net.Opening} says that
 * the opening is complete. Closing the channel closes the WebSocket in good order first.
 */
public final class WebSocketCarrier {
    static final String UPGRADE = "websocket-upgrade";

    private WebSocketCarrier() {}

    /**
     * Adds the client's side.
     *
     * @param place where, behind TLS if there is to be TLS
     * @param options how to ask, and the limits
     * @param messages how buffers become messages
     * @param host the host as configured
     * @param port its port
     * @param secure true with TLS
     * @param proxy how to log in to a proxy that is asked without CONNECT; null if there is none, or a tunnel through it
     * @throws IllegalArgumentException if the host cannot be part of a request
     */
    public static void addClient(
            Place place,
            WebSocketOptions options,
            Messages messages,
            String host,
            int port,
            boolean secure,
            @Nullable ProxyLogin proxy) {
        Runnable upgraded = () -> addFrames(place.pipeline(), options, messages, true);
        place.add(UPGRADE, new ClientUpgrade(options, host, port, proxy, secure, upgraded));
    }

    /**
     * Adds the server's side.
     *
     * @param place where, behind TLS if there is to be TLS
     * @param options what to accept, and the limits
     * @param messages how buffers become messages
     */
    public static void addServer(Place place, WebSocketOptions options, Messages messages) {
        Runnable upgraded = () -> addFrames(place.pipeline(), options, messages, false);
        place.add(UPGRADE, new ServerUpgrade(options, upgraded));
    }

    /** Tells whether a connection has become a WebSocket. */
    public static boolean isUsedBy(ChannelPipeline pipeline) {
        return pipeline.get(FrameRules.class) != null;
    }

    /** The handlers of the frames stand where the upgrade stood. */
    static void addFrames(ChannelPipeline pipeline, WebSocketOptions options, Messages messages, boolean client) {
        WebSocketDecoderConfig config = WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(options.maxFrameBytes())
                .expectMaskedFrames(!client)
                .allowMaskMismatch(false)
                .allowExtensions(false)
                .closeOnProtocolViolation(false)
                .build();
        Place place = Place.after(pipeline, UPGRADE)
                .add("websocket-decoder", new WebSocket13FrameDecoder(config))
                .add(
                        "websocket-encoder",
                        client ? new WebSocket13FrameEncoder(UpgradeKeys::mask) : new WebSocket13FrameEncoder(false))
                .add("websocket-utf8", new Utf8FrameValidator(false))
                .add("websocket-rules", new FrameRules(client, options.maxMessageBytes(), options.maxFragments()));
        if (messages != Messages.FRAMES) {
            place.add("websocket-bytes", new FramesToBytes(messages, options.maxMessageBytes()));
        }
    }
}
