package io.mirror.replica.zabbix.bridge;

import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.replica.zabbix.ProxyConfiguration;
import io.mirror.replica.zabbix.exchange.ConfigurationTables;

/** Configurations as if a server had sent them. */
final class Configurations {
    private Configurations() {}

    static void apply(ConfigurationTables tables, ProxyConfiguration to) {
        to.begin();
        for (ConfigTable table : tables.build()) {
            to.onTable(table.name(), table.fields());
            table.rows().forEach(to::onRow);
        }
        to.commit(ProxyMessage.builder().build());
    }
}
