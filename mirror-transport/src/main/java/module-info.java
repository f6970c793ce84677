import org.jspecify.annotations.NullMarked;

/** Mirror links over TCP and TLS. */
@NullMarked
module io.mirror.transport {
    requires transitive io.mirror.core;
    requires transitive io.mirror.codec;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.common;
    requires transitive io.netty.handler;
    requires transitive io.netty.transport;
    requires static org.conscrypt;
    requires static org.jspecify;

    exports io.mirror.transport;
    exports io.mirror.transport.access;
    exports io.mirror.transport.dhtp;
}
