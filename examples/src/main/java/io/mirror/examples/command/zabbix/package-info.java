/** The commands {@code mirror zabbix}: a small proxy and a small server. */
package io.mirror.examples.command.zabbix;
