import org.jspecify.annotations.NullMarked;

/** Many forwarded connections over one connection (SockMux). */
@NullMarked
module io.mirror.sockmux {
    requires transitive io.mirror.transport;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires static org.jspecify;

    exports io.mirror.sockmux;
    exports io.mirror.sockmux.forward;
    exports io.mirror.sockmux.session;
}
