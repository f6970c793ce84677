/** Where the values of a proxy wait when they have to outlive its process. */
package io.mirror.replica.zabbix.buffer;
