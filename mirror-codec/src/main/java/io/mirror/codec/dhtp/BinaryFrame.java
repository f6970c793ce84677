package io.mirror.codec.dhtp;

import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointValue;

/**
 * A binary point message as it was received (DHTP section 7.2).
 *
 * @param kind {@link PointMessage.Kind#POINT} or {@link PointMessage.Kind#ECHO}
 * @param name the name; if the frame has only a handle, the name that the handle stands for
 * @param value the value
 * @param confidence 0 to 100
 * @param security 0 to 32767
 * @param locked true if writes are refused
 * @param seconds seconds since 1970-01-01T00:00:00Z
 * @param nanoseconds 0 to 999,999,999
 * @param flags 0 to 2^32-1
 * @param quality 0 to 65535
 * @param handle 0 to 2^24, 0 for none
 */
public record BinaryFrame(
        PointMessage.Kind kind,
        String name,
        PointValue value,
        int confidence,
        int security,
        boolean locked,
        long seconds,
        int nanoseconds,
        long flags,
        int quality,
        int handle) {}
