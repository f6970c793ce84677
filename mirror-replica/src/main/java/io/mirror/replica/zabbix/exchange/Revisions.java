package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.ProxyGroup;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixVersion;

/** Which state of the configuration a proxy has; the server sends what came later (section 6.2). */
final class Revisions {
    private final ZabbixVersion dialect;
    private long configuration;
    private long hostmap;

    Revisions(ZabbixVersion dialect) {
        this.dialect = dialect;
    }

    /** Tells whether this dialect has revisions. */
    boolean inUse() {
        return dialect.atLeast(6, 4);
    }

    /** Tells the server what the proxy has. */
    MessageBuilder addTo(MessageBuilder message, String session) {
        if (inUse()) {
            message.session(session).configRevision(configuration);
        }
        return dialect.atLeast(7, 0) ? message.hostmapRevision(hostmap) : message;
    }

    /** A configuration is in force. */
    void applied(ProxyMessage rest) {
        configuration = rest.configRevision().orElse(configuration);
        hostmap = rest.proxyGroup()
                .map(ProxyGroup::parse)
                .map(ProxyGroup::hostmapRevision)
                .orElse(hostmap);
    }

    /** A configuration could not be applied; only the whole of it helps. */
    void failed() {
        configuration = 0;
        hostmap = 0;
    }
}
