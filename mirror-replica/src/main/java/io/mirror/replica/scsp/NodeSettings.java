package io.mirror.replica.scsp;

import io.mirror.transport.access.TargetList;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** What the parts of a node share. */
record NodeSettings(
        String cluster,
        String server,
        Clock clock,
        ObjectStore store,
        AdminGuard guard,
        NodeRights rights,
        String defaultDomain,
        boolean strictAlias,
        boolean anyEncoding,
        boolean secure,
        ScspLimits limits,
        long keepAliveMillis,
        long delayMillis,
        TargetList targets,
        List<Feed> feeds,
        Optional<Redirect> redirect) {
    /** Where requests for objects are sent on to, unless they come with a good token. */
    record Redirect(HostPort peer, int code, RedirectTokens tokens) {}

    long idleMillis() {
        return limits.idleTimeout().toMillis();
    }

    long headerMillis() {
        return limits.headerTimeout().toMillis();
    }

    String scheme() {
        return secure ? "https://" : "http://";
    }
}
