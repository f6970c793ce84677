import org.jspecify.annotations.NullMarked;

/** Bytes to messages and back. Sees buffers, never a socket, a thread or a clock. */
@NullMarked
module io.mirror.codec {
    requires transitive io.mirror.core;
    requires transitive io.netty.buffer;
    requires com.fasterxml.jackson.core;
    requires static org.jspecify;

    exports io.mirror.codec.dhtp;
    exports io.mirror.codec.zabbix;
    exports io.mirror.codec.sockmux;
    exports io.mirror.codec.http;
    exports io.mirror.codec.journal;
    exports io.mirror.codec.plio;
}
