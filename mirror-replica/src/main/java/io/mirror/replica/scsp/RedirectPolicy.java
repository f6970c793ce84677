package io.mirror.replica.scsp;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where a client lets itself be sent to (SCSP section 3.5, S-AUTH-4): the same scheme, host and port, and the nodes that
 * were listed. The scheme never changes: with TLS nothing goes out in clear, without it there is none to go on with.
 */
final class RedirectPolicy {
    /** A place and what to ask for there. */
    record Location(HostPort host, String target) {}

    private final boolean secure;
    private final boolean trustAll;
    private final Set<HostPort> trusted;

    RedirectPolicy(boolean secure, boolean trustAll, Set<HostPort> trusted) {
        this.secure = secure;
        this.trustAll = trustAll;
        this.trusted = Set.copyOf(trusted);
    }

    Location follow(String location, HostPort asked, HostPort current) throws IOException {
        Location next = parse(location, current);
        if (!trustAll && !next.host().equals(asked) && !trusted.contains(next.host())) {
            throw new ScspException(
                    ScspOutcome.UNTRUSTED_REDIRECT, "the redirect to " + next.host() + " is not trusted");
        }
        return next;
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
