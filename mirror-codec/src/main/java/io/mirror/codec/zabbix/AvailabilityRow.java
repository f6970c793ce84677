package io.mirror.codec.zabbix;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A row of {@code interface availability} (section 8.3).
 *
 * @param interfaceId the interface, unsigned
 * @param available 0 unknown, 1 available, 2 not available; at least one of this and the error is there
 * @param error the reason, empty when available
 * @param other further members, name to JSON text
 */
public record AvailabilityRow(
        long interfaceId, OptionalInt available, Optional<String> error, Map<String, String> other) {

    /**
     * Makes a row.
     *
     * @param interfaceId the interface
     * @param available 0 unknown, 1 available, 2 not available
     * @param error the reason, empty when available
     * @return the row
     */
    public static AvailabilityRow of(long interfaceId, int available, String error) {
        return new AvailabilityRow(interfaceId, OptionalInt.of(available), Optional.of(error), Map.of());
    }
}
