package io.mirror.sockmux;

import java.time.Duration;

/** What an end of a tunnel holds, and how long it waits, beyond what its sessions do (SockMux section 16). */
record TunnelBounds(
        int maxTunnels,
        int maxHeldClients,
        Duration holdTime,
        Duration connectTimeout,
        Duration drainTimeout,
        int maxDatagramClients,
        Duration datagramIdle,
        int lowMark,
        int highMark) {}
