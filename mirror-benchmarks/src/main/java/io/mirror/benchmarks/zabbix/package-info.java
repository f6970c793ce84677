/** Monitoring data to frames and back. */
package io.mirror.benchmarks.zabbix;
