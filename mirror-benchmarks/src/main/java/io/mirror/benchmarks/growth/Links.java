package io.mirror.benchmarks.growth;

import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ServerAddress;

/** How the links to a {@link Source} are made. */
final class Links {
    static final String DOMAIN = "plant";

    private Links() {}

    static LinkConfig config(int port) {
        return LinkConfig.to(ServerAddress.of("127.0.0.1", port))
                .domain(DOMAIN)
                .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY)
                // A full machine delays beats, and a link that ends would end the measurement.
                .heartbeatAndTimeoutMillis(10_000, 60_000)
                .build();
    }

    /** Lets so many points be new at once. */
    static LinkOptions options(int points) {
        return LinkOptions.builder().newNamesPerMinute(2 * points).build();
    }
}
