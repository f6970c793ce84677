package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.ZabbixLimits;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.netty.channel.EventLoopGroup;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What servers and proxies are configured with alike.
 *
 * @param <B> the builder that a setter returns
 */
abstract class EndpointBuilder<B extends EndpointBuilder<B>> {
    String host = "127.0.0.1";
    int port = ProxyDefinition.DEFAULT_PORT;
    int maxConnections;
    ZabbixTimeouts timeouts = ZabbixTimeouts.DEFAULT;
    ZabbixLimits limits = ZabbixLimits.DEFAULT;

    @Nullable
    EventLoopGroup eventLoops;

    EndpointBuilder(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    abstract B self();

    B listen(String address, int number) {
        host = Objects.requireNonNull(address, "address");
        port = number;
        return self();
    }

    /**
     * Sets how long each side waits.
     *
     * @param value the timeouts
     * @return this
     */
    public B timeouts(ZabbixTimeouts value) {
        timeouts = Objects.requireNonNull(value, "timeouts");
        return self();
    }

    /**
     * Sets what the other side can make this one hold.
     *
     * @param value the limits
     * @return this
     */
    public B limits(ZabbixLimits value) {
        limits = Objects.requireNonNull(value, "limits");
        return self();
    }

    /**
     * Sets how many connections there may be at once to what listens: 1,000 to a server by default, 100 to a passive
     * proxy.
     *
     * @param value 1 or more
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public B maxConnections(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("maxConnections is at least 1, not " + value);
        }
        maxConnections = value;
        return self();
    }

    /**
     * Runs on event loops of the host, which serve NIO channels and stay with it.
     *
     * @param value the loops
     * @return this
     */
    public B eventLoops(EventLoopGroup value) {
        eventLoops = Objects.requireNonNull(value, "eventLoops");
        return self();
    }
}
