package io.mirror.sockmux;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.sockmux.forward.Destination;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.concurrent.Executor;

/** Serves channels inside this process, in place of a destination on the network. */
@FunctionalInterface
public interface EmbeddedHandler {
    /**
     * Prepares one connection: adds handlers to its pipeline. Called on the event loop of the tunnel; must not block.
     *
     * @param connection what comes out of the tunnel; it is closed when the channel ends, and closing it ends the channel.
     *     With the option {@code ALLOW_HALF_CLOSURE} it stays open when the client sends no more, which the event
     *     {@link io.netty.channel.socket.ChannelInputShutdownEvent} says, otherwise it is closed then; it is a
     *     {@link io.netty.channel.socket.DuplexChannel}
     * @param request for what it was opened
     */
    void accept(Channel connection, Request request);

    /**
     * For what a connection was opened.
     *
     * @param destination protocol, target and options of the rule that was chosen
     * @param text what the peer says about client and entry: information, not proof
     */
    record Request(Destination.Embedded destination, ConnectText text) {}

    /** Serves a connection with streams, on a thread of its own. */
    @FunctionalInterface
    interface Streams {
        /**
         * Serves one connection, which ends when this method returns.
         *
         * @param in what the client sends; end of file when it closes or, with a peer of this library, sends no more
         * @param out goes to the client; writing blocks while the client does not read
         * @param request for what it was opened
         * @throws IOException if the connection is lost
         */
        void serve(InputStream in, OutputStream out, Request request) throws IOException;
    }

    /**
     * Makes a handler of streams.
     *
     * @param executor runs one task for each connection; the task blocks
     * @param streams serves connections
     * @return the handler
     */
    static EmbeddedHandler ofStreams(Executor executor, Streams streams) {
        Objects.requireNonNull(streams, "streams");
        return (connection, request) -> StreamBridge.serve(connection, request, executor, streams);
    }
}
