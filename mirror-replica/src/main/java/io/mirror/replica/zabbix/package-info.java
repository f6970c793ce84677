/**
 * A Zabbix proxy and a Zabbix server on sockets.
 *
 * <p>Both carry out the exchanges of {@link io.mirror.replica.zabbix.exchange} over plain TCP, TLS with certificates
 * and TLS with pre-shared keys; every exchange uses a connection of its own.
 *
 * <pre>{@code
 * ProxyOutbox outbox = new ProxyOutbox(new MemoryHistoryBuffer(SessionTokens.random(), 100_000), 10_000);
 * ProxyConfiguration configuration = new ProxyConfiguration(100_000);
 * try (ZabbixProxy proxy = ZabbixProxy.builder(ProxyOptions.of("my-proxy"), outbox, configuration)
 *         .active("zabbix.example.org", 10051)
 *         .start()) {
 *     outbox.offer(HistoryRow.of(0, itemId, clock, ns, "42"));
 *     ...
 * }
 * }</pre>
 */
package io.mirror.replica.zabbix;
