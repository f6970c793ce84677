/**
 * The exchanges between a Zabbix server and its proxies, for both roles and both modes, without input or output: they
 * take messages, events and the time, and they give messages and the time when they want to be asked again.
 *
 * <p>{@link io.mirror.replica.zabbix.exchange.ProxyOutbox} is what a proxy has to send,
 * {@link io.mirror.replica.zabbix.exchange.ActiveProxyExchange} and
 * {@link io.mirror.replica.zabbix.exchange.PassiveProxyExchange} send it,
 * {@link io.mirror.replica.zabbix.exchange.ProxyRegistry} with
 * {@link io.mirror.replica.zabbix.exchange.TrapperExchange} and
 * {@link io.mirror.replica.zabbix.exchange.PollerExchange} receive it.
 */
package io.mirror.replica.zabbix.exchange;
