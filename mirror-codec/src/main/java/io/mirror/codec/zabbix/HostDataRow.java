package io.mirror.codec.zabbix;

import java.util.Map;

/**
 * A row of {@code host data}, the state of active agents, from 6.2 on (section 8.3).
 *
 * @param hostId the host, unsigned
 * @param activeStatus 0 unknown, 1 available, 2 not available
 * @param other further members, name to JSON text
 */
public record HostDataRow(long hostId, int activeStatus, Map<String, String> other) {}
