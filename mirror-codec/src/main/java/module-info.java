import org.jspecify.annotations.NullMarked;

/** Bytes to messages and back. Sees buffers, never a socket, a thread or a clock. */
@NullMarked
module io.mirror.codec {
    requires transitive io.mirror.core;
    requires transitive io.netty.buffer;
    requires static org.jspecify;

    exports io.mirror.codec.dhtp;
    exports io.mirror.codec.http;
}
