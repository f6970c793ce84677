package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.HistoryRow;
import java.util.Optional;

/**
 * What a host supplies to be the server of proxies. Called on threads of the endpoint, at most one at a time for each
 * proxy; long work belongs elsewhere.
 */
public interface ServerHandler {
    /**
     * Gives the configuration of a proxy.
     *
     * @param proxy name of the proxy
     * @return its configuration
     */
    ServerConfiguration configurationOf(String proxy);

    /**
     * Takes what a proxy has sent; each value once as long as proxy and server keep their state. The proxy is told
     * {@code success} only after this method has returned.
     *
     * @param data the data
     * @throws RuntimeException if it cannot be taken; the proxy keeps it and sends it again
     */
    void onData(ProxyData data);

    /**
     * Tells what an item of a proxy takes; what does not fit makes the item unsupported (section 8.3).
     *
     * @param proxy name of the proxy
     * @param itemId the item
     * @return the type; nothing to take every value as it is
     */
    default Optional<ValueType> valueType(String proxy, long itemId) {
        return Optional.empty();
    }

    /**
     * Tells whether a value may be taken; values of unknown items and of other proxies are dropped silently.
     *
     * @param proxy name of the proxy
     * @param row the value
     * @return true by default
     */
    default boolean accepts(String proxy, HistoryRow row) {
        return true;
    }

    /**
     * Takes note that something was refused or failed.
     *
     * @param proxy name of the proxy as it was told, escaped; empty if it is unknown
     * @param reason why
     */
    default void onProblem(String proxy, String reason) {}
}
