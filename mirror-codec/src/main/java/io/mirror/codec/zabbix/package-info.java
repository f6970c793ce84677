/**
 * The Zabbix server-proxy exchange on the wire: ZBXD frames, their compression, and the JSON messages inside.
 *
 * <p>Section numbers refer to the protocol description "Zabbix server-proxy data exchange" with 6.0 as its reference
 * dialect.
 *
 * <pre>{@code
 * ZabbixCodec codec = new ZabbixCodec(ZabbixLimits.DEFAULT);
 * ByteBuf out = Unpooled.buffer();
 * codec.encode(ProxyMessage.builder().request("proxy heartbeat").host("P").version("6.0.14").build(), true, out);
 *
 * MessageCollector rows = new MessageCollector(10_000);
 * try (MessageDecoder decoder = codec.newDecoder(rows)) {
 *     if (decoder.decode(out)) {
 *         ProxyMessage message = rows.finish(decoder.head());
 *     }
 * }
 * }</pre>
 */
package io.mirror.codec.zabbix;
