package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.Task;
import io.mirror.codec.zabbix.ZabbixVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The proxies that a server knows, with what it remembers of them: numbers received, tasks waiting. Safe for use by
 * several threads.
 */
public final class ProxyRegistry {
    private final ConcurrentHashMap<String, ProxyState> proxies = new ConcurrentHashMap<>();
    private final String version;
    private final ZabbixVersion dialect;
    private final ServerCounts counts = new ServerCounts();
    private volatile boolean uploadEnabled = true;

    /**
     * Creates an empty registry.
     *
     * @param version the version that the server presents, such as 6.0.14; decides its dialect
     */
    public ProxyRegistry(String version) {
        this.version = version;
        dialect = ZabbixVersion.parse(version);
        if (dialect.equals(ZabbixVersion.UNKNOWN)) {
            throw new IllegalArgumentException("version has the form 6.0.14, not " + version);
        }
    }

    /**
     * Adds a proxy, or changes it; what is remembered of it stays.
     *
     * @param proxy the proxy
     */
    public void put(ProxyDefinition proxy) {
        ProxyState known = proxies.putIfAbsent(proxy.name(), new ProxyState(proxy));
        if (known != null) {
            known.definition(proxy);
        }
    }

    /**
     * Forgets a proxy.
     *
     * @param name its name
     */
    public void remove(String name) {
        proxies.remove(name);
    }

    /**
     * Lists the proxies.
     *
     * @return all definitions in no particular order
     */
    public List<ProxyDefinition> proxies() {
        List<ProxyDefinition> all = new ArrayList<>();
        proxies.values().forEach(state -> all.add(state.definition()));
        return all;
    }

    /**
     * Hands a task to a proxy the next time it asks or is polled. It is handed out once.
     *
     * @param proxy name of the proxy
     * @param task the task
     * @return false if the proxy is unknown or has 10,000 tasks waiting
     */
    public boolean submit(String proxy, Task task) {
        ProxyState state = proxies.get(proxy);
        return state != null && state.submit(task);
    }

    /**
     * Switches uploads (section 10). While they are off active proxies keep their data and passive ones are asked for
     * results of tasks only.
     *
     * @param enabled true by default
     */
    public void uploadEnabled(boolean enabled) {
        uploadEnabled = enabled;
    }

    /**
     * Tells whether uploads are on.
     *
     * @return true by default
     */
    public boolean uploadEnabled() {
        return uploadEnabled;
    }

    /**
     * Returns what was taken from all these proxies and what was refused.
     *
     * @return the counts, which go on
     */
    public ServerCounts counts() {
        return counts;
    }

    /**
     * Returns the version that the server presents.
     *
     * @return such as 6.0.14
     */
    public String version() {
        return version;
    }

    ZabbixVersion dialect() {
        return dialect;
    }

    Optional<ProxyState> find(String name) {
        return Optional.ofNullable(proxies.get(name));
    }

    /** Who accepts data from whom (section 13). */
    boolean acceptsData(ZabbixVersion proxy) {
        if (!dialect.atLeast(6, 4)) {
            return proxy.atLeast(4, 2) && proxy.compareTo(dialect) <= 0;
        }
        if (proxy.compareTo(dialect) > 0) {
            return false;
        }
        return proxy.major() == dialect.major() || (dialect.minor() == 0 && proxy.major() == dialect.major() - 1);
    }

    /** Who gets configuration (section 13). */
    boolean acceptsConfiguration(ZabbixVersion proxy) {
        return !dialect.atLeast(6, 4) || proxy.equals(dialect);
    }
}
