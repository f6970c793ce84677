package io.mirror.replica.scsp;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the parts of a node share. */
record NodeSettings(
        String cluster,
        String server,
        Clock clock,
        ObjectStore store,
        AdminGuard guard,
        String defaultDomain,
        boolean strictAlias,
        long idleMillis,
        long headerMillis,
        long keepAliveMillis,
        long delayMillis,
        Set<HostPort> targets,
        boolean anyTarget,
        List<Feed> feeds,
        Optional<Redirect> redirect) {
    /** Where requests for objects are sent on to. */
    record Redirect(HostPort peer, int code) {}
}
