package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.FrameEncoder;
import io.mirror.codec.zabbix.FrameHeader;
import io.mirror.codec.zabbix.MessageCollector;
import io.mirror.codec.zabbix.MessageDecoder;
import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.codec.zabbix.ZabbixLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the tables that a proxy needs at least, out of hosts and items (section 6.1); eight tables are enough for a
 * proxy
 * of 6.0. Not safe for use by several threads.
 */
public final class ConfigurationTables {
    private static final List<String> HOSTS = List.of(
            "hostid",
            "host",
            "status",
            "ipmi_authtype",
            "ipmi_privilege",
            "ipmi_username",
            "ipmi_password",
            "name",
            "tls_connect",
            "tls_accept",
            "tls_issuer",
            "tls_subject",
            "tls_psk_identity",
            "tls_psk");
    private static final List<String> INTERFACES =
            List.of("interfaceid", "hostid", "main", "type", "useip", "ip", "dns", "port", "available");
    private static final List<String> ITEMS = List.of(
            "itemid", "type", "hostid", "key_", "delay", "history", "status", "value_type", "interfaceid", "flags");

    private final List<ConfigRow> hosts = new ArrayList<>();
    private final List<ConfigRow> interfaces = new ArrayList<>();
    private final List<ConfigRow> items = new ArrayList<>();
    private final List<ConfigRow> itemData = new ArrayList<>();

    /** Creates tables without hosts. */
    public ConfigurationTables() {}

    /**
     * Reads tables out of JSON, in the form in which they stand in a configuration message.
     *
     * @param json an object with a member for each table, UTF-8
     * @param maxRows most rows of all tables together
     * @return the tables
     * @throws io.mirror.codec.zabbix.ZabbixDecodeException if it is no such object
     */
    public static List<ConfigTable> parse(byte[] json, int maxRows) {
        ByteBuf frame = Unpooled.buffer(json.length);
        FrameEncoder.encode(Unpooled.wrappedBuffer(json), FrameHeader.PROTOCOL, frame);
        MessageCollector rows = new MessageCollector(maxRows);
        try (MessageDecoder decoder = new ZabbixCodec(ZabbixLimits.DEFAULT).newDecoder(rows)) {
            decoder.decode(frame);
            return rows.finish(decoder.head()).tables();
        } finally {
            frame.release();
        }
    }

    /**
     * Adds a monitored host with one agent interface.
     *
     * @param hostId number of the host
     * @param name its name
     * @param interfaceId number of its interface
     * @param ip address of its agent
     * @param port port of its agent
     * @return this
     */
    public ConfigurationTables host(long hostId, String name, long interfaceId, String ip, int port) {
        hosts.add(ConfigRow.of(HOSTS, List.of(hostId, name, 0, -1, 2, "", "", name, 1, 1, "", "", "", "")));
        interfaces.add(
                ConfigRow.of(INTERFACES, List.of(interfaceId, hostId, 1, 1, 1, ip, "", Integer.toString(port), 0)));
        return this;
    }

    /**
     * Adds an item that the proxy asks an agent for.
     *
     * @param itemId number of the item
     * @param hostId its host
     * @param interfaceId interface of the host
     * @param key its key
     * @param type what it takes
     * @param delay how often, such as 10s
     * @return this
     */
    public ConfigurationTables agentItem(
            long itemId, long hostId, long interfaceId, String key, ValueType type, String delay) {
        item(itemId, 0, hostId, key, delay, type, interfaceId);
        return this;
    }

    /**
     * Adds an item whose values are sent to the proxy.
     *
     * @param itemId number of the item
     * @param hostId its host
     * @param key its key
     * @param type what it takes
     * @return this
     */
    public ConfigurationTables trapperItem(long itemId, long hostId, String key, ValueType type) {
        item(itemId, 2, hostId, key, "0", type, Optional.empty());
        return this;
    }

    private void item(long id, int kind, long host, String key, String delay, ValueType type, Object interfaceId) {
        items.add(ConfigRow.of(ITEMS, List.of(id, kind, host, key, delay, "90d", 0, type.code(), interfaceId, 0)));
        itemData.add(ConfigRow.of(List.of("itemid", "lastlogsize", "mtime"), List.of(id, 0, 0)));
    }

    /**
     * Returns the tables.
     *
     * @return eight tables in the order of the daemons
     */
    public List<ConfigTable> build() {
        return List.of(
                table("globalmacro", List.of("globalmacroid", "macro", "value", "type"), List.of()),
                table("hosts", HOSTS, hosts),
                table("interface", INTERFACES, interfaces),
                table("items", ITEMS, items),
                table("item_rtdata", List.of("itemid", "lastlogsize", "mtime"), itemData),
                table("hstgrp", List.of("groupid"), List.of(ConfigRow.of(List.of("groupid"), List.of(5)))),
                config(),
                table(
                        "config_autoreg_tls",
                        List.of("autoreg_tlsid", "tls_psk_identity", "tls_psk"),
                        List.of(ConfigRow.of(
                                List.of("autoreg_tlsid", "tls_psk_identity", "tls_psk"), List.of(1, "", "")))));
    }

    private static ConfigTable config() {
        List<String> fields = List.of(
                "configid",
                "discovery_groupid",
                "snmptrap_logging",
                "hk_history_global",
                "hk_history",
                "autoreg_tls_accept");
        return table("config", fields, List.of(ConfigRow.of(fields, List.of(1, 5, 1, 0, "90d", 1))));
    }

    private static ConfigTable table(String name, List<String> fields, List<ConfigRow> rows) {
        return new ConfigTable(name, fields, rows);
    }
}
