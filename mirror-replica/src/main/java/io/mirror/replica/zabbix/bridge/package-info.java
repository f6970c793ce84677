/** Points of a hub as items of a Zabbix server, and items of Zabbix proxies as points of a hub. */
package io.mirror.replica.zabbix.bridge;
