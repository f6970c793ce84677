package io.mirror.replica.zabbix;

import io.mirror.replica.zabbix.exchange.ConnectionKind;
import java.util.List;
import java.util.Locale;

/** The ways in which a proxy of ours and a real server meet. The server knows a proxy, a host and a rule for each. */
enum RealWay {
    ACTIVE_PLAIN(true, ConnectionKind.UNENCRYPTED),
    ACTIVE_PSK(true, ConnectionKind.PSK),
    ACTIVE_CERT(true, ConnectionKind.CERTIFICATE),
    PASSIVE_PLAIN(false, ConnectionKind.UNENCRYPTED),
    PASSIVE_PSK(false, ConnectionKind.PSK),
    PASSIVE_CERT(false, ConnectionKind.CERTIFICATE);

    final boolean active;
    final ConnectionKind kind;

    RealWay(boolean active, ConnectionKind kind) {
        this.active = active;
        this.kind = kind;
    }

    /** The proxy's name: active-plain, for example. */
    String proxy() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String host() {
        return "host-" + proxy();
    }

    String rule() {
        return "rule-" + proxy();
    }

    /**
     * What the database of a server has to hold.
     *
     * @param port where a passive proxy listens
     * @param keys of trapper items; a key's end after the last dot is its type
     */
    String fixture(int port, List<String> keys) {
        StringBuilder sql = new StringBuilder();
        if (active) {
            add(sql, "peer_add_proxy('%s','active')", proxy());
        } else {
            add(sql, "peer_add_proxy('%s','passive',%d)", proxy(), port);
        }
        switch (kind) {
            case UNENCRYPTED -> {}
            case PSK -> add(sql, "peer_proxy_tls('%s',2,'%s','%s')", proxy(), Loopback.IDENTITY, Loopback.KEY);
            case CERTIFICATE -> add(sql, "peer_proxy_tls('%s',4)", proxy());
        }
        add(sql, "peer_add_host('%s','%s')", host(), proxy());
        for (String key : keys) {
            String type = key.substring(key.lastIndexOf('.') + 1);
            add(sql, "peer_add_item('%s','%s','%s')", host(), key, type);
        }
        sql.append("insert into drules(druleid,proxy_hostid,name,iprange,delay) values (")
                .append("peer_nextid('drules','druleid'),peer_hostid('" + proxy() + "'),'" + rule()
                        + "','10.3.0.1-20','1h');\n")
                .append("insert into dchecks(dcheckid,druleid,type,key_,ports) ")
                .append("select peer_nextid('dchecks','dcheckid'),druleid,9,'agent.version','10050' from drules ")
                .append("where name='" + rule() + "';\n");
        return sql.toString();
    }

    private static void add(StringBuilder sql, String call, Object... arguments) {
        sql.append("select ")
                .append(String.format(Locale.ROOT, call, arguments))
                .append(";\n");
    }
}
