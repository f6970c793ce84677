import org.jspecify.annotations.NullMarked;

/** Store and forward: journals and blobs, monitoring data, objects. */
@NullMarked
module io.mirror.replica {
    requires transitive io.mirror.transport;
    requires transitive io.mirror.codec;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.transport;
    requires static org.jspecify;

    exports io.mirror.replica.zabbix;
    exports io.mirror.replica.zabbix.bridge;
    exports io.mirror.replica.zabbix.buffer;
    exports io.mirror.replica.zabbix.exchange;
    exports io.mirror.replica.journal;
    exports io.mirror.replica.scsp;
}
