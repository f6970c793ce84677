package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import java.util.List;
import java.util.Optional;

/**
 * What belongs to what in a configuration: a host owns its items, an item its preprocessing, and so on. A change of a
 * host brings all that it owns (section 6.2). Tables that are not named here come completely or not at all.
 */
final class ConfigurationShape {
    static final String HOSTS = "hosts";
    static final String GLOBAL_MACROS = "globalmacro";
    static final String GROUP_HOSTS = "host_proxy";

    /** A table whose rows have an owner in another one. */
    record Owned(String table, String owner, String field, boolean macros) {
        Owned(String table, String owner, String field) {
            this(table, owner, field, false);
        }

        String ownerOf(ConfigRow row) {
            return row.text(field).orElse("");
        }
    }

    /** Owners come before what they own. */
    static final List<Owned> OWNED = List.of(
            new Owned("host_inventory", HOSTS, "hostid"),
            new Owned("interface", HOSTS, "hostid"),
            new Owned("interface_snmp", "interface", "interfaceid"),
            new Owned("hosts_templates", HOSTS, "hostid", true),
            new Owned("hostmacro", HOSTS, "hostid", true),
            new Owned("items", HOSTS, "hostid"),
            new Owned("item_rtdata", "items", "itemid"),
            new Owned("item_preproc", "items", "itemid"),
            new Owned("item_parameter", "items", "itemid"),
            new Owned("httptest", HOSTS, "hostid"),
            new Owned("httptestitem", "httptest", "httptestid"),
            new Owned("httptest_field", "httptest", "httptestid"),
            new Owned("httpstep", "httptest", "httptestid"),
            new Owned("httpstepitem", "httpstep", "httpstepid"),
            new Owned("httpstep_field", "httpstep", "httpstepid"));

    private ConfigurationShape() {}

    static Optional<Owned> owned(String table) {
        return OWNED.stream().filter(owned -> owned.table().equals(table)).findFirst();
    }

    /** The key of a row is its first column. */
    static String keyOf(ConfigRow row) {
        return row.fields().isEmpty() ? "" : row.text(0);
    }
}
