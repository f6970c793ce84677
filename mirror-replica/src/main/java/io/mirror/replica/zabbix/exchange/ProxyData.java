package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.DiscoveryRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.HostDataRow;
import io.mirror.codec.zabbix.RegistrationRow;
import io.mirror.codec.zabbix.Task;
import java.util.List;

/**
 * What a proxy has sent, without what had been received before.
 *
 * @param proxy name of the proxy
 * @param availability changed interfaces
 * @param history values, each with clock and nanoseconds
 * @param discovery results of network discovery
 * @param registrations announced agents
 * @param hostData states of active agents
 * @param results results of tasks
 */
public record ProxyData(
        String proxy,
        List<AvailabilityRow> availability,
        List<HistoryRow> history,
        List<DiscoveryRow> discovery,
        List<RegistrationRow> registrations,
        List<HostDataRow> hostData,
        List<Task> results) {
    boolean isEmpty() {
        return availability.isEmpty()
                && history.isEmpty()
                && discovery.isEmpty()
                && registrations.isEmpty()
                && hostData.isEmpty()
                && results.isEmpty();
    }
}
