package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ProxyMessage;
import java.util.List;

/**
 * Takes the configuration of a proxy while it arrives (section 6). Nothing of it is valid before {@link #commit}; a
 * configuration that turns out to be broken, or a refusal, ends with {@link #abort}.
 *
 * <p>Called by one thread at a time, which must not be blocked for long.
 */
public interface ConfigurationListener {
    /** Takes the beginning of a configuration. */
    void begin();

    /**
     * Takes the beginning of a table.
     *
     * @param name name of the table
     * @param fields names of its columns
     */
    void onTable(String name, List<String> fields);

    /**
     * Takes a row of the table that began last.
     *
     * @param row the row
     */
    void onRow(ConfigRow row);

    /**
     * Takes the end: all of it has arrived.
     *
     * @param rest what came besides the tables: secrets of a vault, and from 6.4 on the revision and what to delete
     * @throws RuntimeException if this configuration cannot be applied; a server that pushed it is told so
     */
    void commit(ProxyMessage rest);

    /**
     * Takes note that there is no configuration after all.
     *
     * @param reason why
     */
    void abort(String reason);
}
