package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigTable;
import java.util.List;

/**
 * The configuration that a server gives to a proxy.
 *
 * @param tables all tables
 * @param macroSecrets secrets of a vault as JSON text, {@code {}} for none
 * @param revision from 6.4 on: a number that rises with every change, 1 or more
 */
public record ServerConfiguration(List<ConfigTable> tables, String macroSecrets, long revision) {
    /**
     * Copies the list.
     *
     * @param tables all tables
     * @param macroSecrets secrets of a vault as JSON text, {@code {}} for none
     * @param revision from 6.4 on: a number that rises with every change, 1 or more
     */
    public ServerConfiguration {
        tables = List.copyOf(tables);
    }

    /**
     * Makes a configuration without secrets.
     *
     * @param tables all tables
     * @return the configuration, revision 1
     */
    public static ServerConfiguration of(List<ConfigTable> tables) {
        return new ServerConfiguration(tables, "{}", 1);
    }

    /**
     * Returns the configuration without its values, which may be secrets.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "ServerConfiguration[" + tables.size() + " tables, revision " + revision + "]";
    }
}
