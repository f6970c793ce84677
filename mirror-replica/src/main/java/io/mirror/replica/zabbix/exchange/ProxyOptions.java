package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ZabbixVersion;
import java.time.Duration;
import java.util.Objects;

/**
 * How a proxy presents itself, and how often it does what (sections 5 and 11).
 *
 * @param name the proxy's name: 1 to 128 letters, digits, blanks, dots, dashes, underscores
 * @param version the version it tells; decides the dialect
 * @param configurationPeriod time between requests for configuration of an active proxy
 * @param configurationRetry time until the next try if that fails
 * @param heartbeatPeriod time between heartbeats of an active proxy; zero for none
 * @param dataPeriod time between messages with data of an active proxy
 * @param maxRows most values in a message
 * @param maxChars about how many characters a message may have
 */
public record ProxyOptions(
        String name,
        String version,
        Duration configurationPeriod,
        Duration configurationRetry,
        Duration heartbeatPeriod,
        Duration dataPeriod,
        int maxRows,
        long maxChars) {
    /** Longest name in characters (section 12). */
    public static final int MAX_NAME = 128;

    /**
     * Checks the ranges.
     *
     * @param name the proxy's name: 1 to 128 letters, digits, blanks, dots, dashes, underscores
     * @param version the version it tells; decides the dialect
     * @param configurationPeriod time between requests for configuration of an active proxy
     * @param configurationRetry time until the next try if that fails
     * @param heartbeatPeriod time between heartbeats of an active proxy; zero for none
     * @param dataPeriod time between messages with data of an active proxy
     * @param maxRows most values in a message
     * @param maxChars about how many characters a message may have
     */
    public ProxyOptions {
        checkName(name);
        Objects.requireNonNull(version, "version");
        if (ZabbixVersion.parse(version).equals(ZabbixVersion.UNKNOWN)) {
            throw new IllegalArgumentException("version has the form 6.0.14, not " + version);
        }
        if (configurationPeriod.isNegative()
                || configurationPeriod.isZero()
                || configurationRetry.isNegative()
                || configurationRetry.isZero()
                || dataPeriod.isNegative()
                || dataPeriod.isZero()
                || heartbeatPeriod.isNegative()) {
            throw new IllegalArgumentException("periods are positive; only that of heartbeats may be zero");
        }
        if (maxRows < 1 || maxChars < 1) {
            throw new IllegalArgumentException("maxRows and maxChars are at least 1");
        }
    }

    /**
     * Returns the defaults of the daemons for the 6.0 dialect.
     *
     * @param name the proxy's name
     * @return configuration every hour and after 2 min again, heartbeat every minute, data every second, 10,000 values
     *     and 8 Mi characters a message
     */
    public static ProxyOptions of(String name) {
        return new ProxyOptions(
                name,
                "6.0.0",
                Duration.ofHours(1),
                Duration.ofMinutes(2),
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                10_000,
                8 << 20);
    }

    /**
     * Returns these options with other periods.
     *
     * @param configuration time between requests for configuration, and until a retry
     * @param heartbeat time between heartbeats, zero for none
     * @param data time between messages with data
     * @return the changed options
     */
    public ProxyOptions withPeriods(Duration configuration, Duration heartbeat, Duration data) {
        Duration retry = configurationRetry.compareTo(configuration) < 0 ? configurationRetry : configuration;
        return new ProxyOptions(name, version, configuration, retry, heartbeat, data, maxRows, maxChars);
    }

    /**
     * Returns these options with another version.
     *
     * @param value the version, such as 7.0.0
     * @return the changed options
     */
    public ProxyOptions withVersion(String value) {
        return new ProxyOptions(
                name, value, configurationPeriod, configurationRetry, heartbeatPeriod, dataPeriod, maxRows, maxChars);
    }

    /**
     * Returns these options with other bounds of a message.
     *
     * @param rows most values in a message
     * @param chars about how many characters a message may have
     * @return the changed options
     */
    public ProxyOptions withBatch(int rows, long chars) {
        return new ProxyOptions(
                name, version, configurationPeriod, configurationRetry, heartbeatPeriod, dataPeriod, rows, chars);
    }

    /**
     * Returns the dialect.
     *
     * @return what the version says
     */
    public ZabbixVersion dialect() {
        return ZabbixVersion.parse(version);
    }

    static void checkName(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException("a proxy name has 1 to " + MAX_NAME + " characters");
        }
        int bad = badCharacter(name);
        if (bad >= 0) {
            throw new IllegalArgumentException("a proxy name has letters, digits, blanks and . - _ only, no '"
                    + io.mirror.core.point.Excerpt.of(name.substring(bad, bad + 1)) + "'");
        }
    }

    /** Index of the first character that no proxy name may have, -1 if there is none. */
    static int badCharacter(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!good && c != ' ' && c != '.' && c != '-' && c != '_') {
                return i;
            }
        }
        return -1;
    }
}
