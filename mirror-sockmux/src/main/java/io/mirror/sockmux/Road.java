package io.mirror.sockmux;

import io.mirror.transport.TlsContext;
import io.mirror.transport.internal.net.Place;
import io.mirror.transport.internal.websocket.Messages;
import io.mirror.transport.internal.websocket.WebSocketCarrier;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.channel.ChannelPipeline;
import java.util.Optional;

/** What lies between the socket and the tunnel: nothing, TLS, WebSocket, or both. */
record Road(Optional<TlsContext> tls, Optional<WebSocketOptions> webSocket) {

    /** Tells whether nobody else can read or change what goes this way. */
    boolean isSecure() {
        return tls.isPresent() && !tls.get().isInsecure();
    }

    void addClient(ChannelPipeline pipeline, String host, int port) {
        Place place = Place.atEnd(pipeline);
        if (tls.isPresent()) {
            place = place.add("tls", tls.get().newHandler(host, port, Runnable::run));
        }
        if (webSocket.isPresent()) {
            WebSocketCarrier.addClient(place, webSocket.get(), Messages.BINARY, host, port, tls.isPresent(), null);
        }
    }

    void addServer(ChannelPipeline pipeline, String peer) {
        Place place = Place.atEnd(pipeline);
        if (tls.isPresent()) {
            place = place.add("tls", tls.get().newHandler(peer, Runnable::run));
        }
        if (webSocket.isPresent()) {
            WebSocketCarrier.addServer(place, webSocket.get(), Messages.BINARY);
        }
    }
}
