package io.mirror.replica.zabbix.bridge;

import java.util.Objects;

/**
 * What a server calls an item.
 *
 * @param host name of the host
 * @param key key of the item
 */
public record ItemName(String host, String key) {
    /**
     * Refuses null.
     *
     * @param host name of the host
     * @param key key of the item
     */
    public ItemName {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(key, "key");
    }
}
