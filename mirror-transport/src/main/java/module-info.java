import org.jspecify.annotations.NullMarked;

/** Mirror links over TCP and TLS. */
@NullMarked
@SuppressWarnings("module") // The modules above this one are not there yet when it is compiled.
module io.mirror.transport {
    requires transitive io.mirror.core;
    requires transitive io.mirror.codec;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires transitive io.netty.handler;
    requires transitive io.netty.transport;
    requires jdk.net;
    requires static jdk.jfr;
    requires static org.conscrypt;
    requires static org.jspecify;

    exports io.mirror.transport;
    exports io.mirror.transport.access;
    exports io.mirror.transport.dhtp;
    exports io.mirror.transport.websocket;
    exports io.mirror.transport.internal to
            io.mirror.sockmux,
            io.mirror.replica;
    exports io.mirror.transport.internal.http to
            io.mirror.sockmux,
            io.mirror.replica;
    exports io.mirror.transport.internal.net to
            io.mirror.sockmux,
            io.mirror.replica;
    exports io.mirror.transport.internal.websocket to
            io.mirror.sockmux,
            io.mirror.replica;
}
