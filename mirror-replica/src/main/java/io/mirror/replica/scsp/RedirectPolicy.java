package io.mirror.replica.scsp;

import io.mirror.transport.access.TargetList;
import io.mirror.transport.access.TargetRefusedException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a client lets itself be sent to (SCSP sections 3.5, 9.2, S-AUTH-4): the same scheme, host and port, the nodes
 * of its cluster, and the nodes and ranges of addresses that were listed. The scheme never changes: with TLS nothing
 * goes out in clear, without it there is none to go on with.
 */
final class RedirectPolicy {
    /** A place and what to ask for there. */
    record Location(HostPort host, String target) {}

    private final boolean secure;
    private final boolean trustAll;
    private final Set<HostPort> trusted;
    private final TargetList trustedRanges;
    private final ClusterNodes nodes;

    RedirectPolicy(
            boolean secure, boolean trustAll, Set<HostPort> trusted, TargetList trustedRanges, ClusterNodes nodes) {
        this.secure = secure;
        this.trustAll = trustAll;
        this.trusted = Set.copyOf(trusted);
        this.trustedRanges = trustedRanges;
        this.nodes = nodes;
    }

    Location follow(String location, HostPort asked, HostPort current) throws IOException {
        Location next = parse(location, current);
        if (!trustAll && !isTrusted(next.host(), asked)) {
            throw new ScspException(
                    ScspOutcome.UNTRUSTED_REDIRECT, "the redirect to " + next.host() + " is not trusted");
        }
        return next;
    }

    private boolean isTrusted(HostPort node, HostPort asked) {
        return node.equals(asked)
                || trusted.contains(node)
                || nodes.isSameCluster(asked, node)
                || isInTrustedRange(node);
    }

    private boolean isInTrustedRange(HostPort node) {
        try {
            trustedRanges.resolve(node.host(), node.port());
            return true;
        } catch (TargetRefusedException | UnknownHostException e) {
            return false;
        }
    }

    private Location parse(String text, HostPort current) throws IOException {
        try {
            if (text.startsWith("/") && !text.startsWith("//")) {
                return new Location(current, text);
            }
            String scheme = secure ? "https://" : "http://";
            if (!text.toLowerCase(Locale.ROOT).startsWith(scheme)) {
                throw new ScspException(ScspOutcome.UNTRUSTED_REDIRECT, "a redirect to another scheme than " + scheme);
            }
            int path = text.indexOf('/', scheme.length());
            String authority = path < 0 ? text.substring(scheme.length()) : text.substring(scheme.length(), path);
            URI.create("http://" + authority).parseServerAuthority();
            HostPort host = HostPort.parse(authority, secure ? HostPort.DEFAULT_TLS_PORT : HostPort.DEFAULT_PORT);
            return new Location(host, path < 0 ? "/" : text.substring(path));
        } catch (IllegalArgumentException | URISyntaxException e) {
            throw new ScspException(ScspOutcome.PROTOCOL, "an unusable redirect");
        }
    }

    /** The node in the address of an object; empty if there is none. */
    static Optional<HostPort> place(String location) {
        String lower = location.toLowerCase(Locale.ROOT);
        boolean tls = lower.startsWith("https://");
        if (!tls && !lower.startsWith("http://")) {
            return Optional.empty();
        }
        String authority = location.substring(tls ? 8 : 7).replaceFirst("[/?#].*", "");
        try {
            return Optional.of(HostPort.parse(authority, tls ? HostPort.DEFAULT_TLS_PORT : HostPort.DEFAULT_PORT));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
