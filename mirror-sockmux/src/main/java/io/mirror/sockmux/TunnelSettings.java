package io.mirror.sockmux;

import io.mirror.sockmux.forward.Rule;
import io.mirror.sockmux.session.MuxOptions;
import io.mirror.transport.access.TargetList;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** What a {@link TunnelBuilder} has collected, as far as it concerns links and clients. */
record TunnelSettings(
        MuxOptions options,
        List<Rule> rules,
        TargetList targets,
        Map<String, EmbeddedHandler> handlers,
        ExitSockets exitSockets,
        TunnelPolicy policy,
        TunnelBounds bounds,
        Duration firstRetry,
        Duration lastRetry,
        TunnelListener listener,
        String greeting,
        LongSupplier nanoTime,
        RandomGenerator random) {}
