package io.mirror.core.link;

import java.util.Objects;

/**
 * Which link of which peer a connection stands for. Two connections that are equal in this are one link whose older
 * connection was not yet found dead.
 *
 * @param hub the identity of the peer's hub (DHTP section 8.3)
 * @param link tells the links of one hub apart
 * @param domain the master's domain
 * @param user who logged in, empty for nobody
 */
public record LinkPeer(String hub, String link, String domain, String user) {
    /**
     * Refuses null.
     *
     * @param hub the identity of the peer's hub (DHTP section 8.3)
     * @param link tells the links of one hub apart
     * @param domain the master's domain
     * @param user who logged in, empty for nobody
     */
    public LinkPeer {
        Objects.requireNonNull(hub, "hub");
        Objects.requireNonNull(link, "link");
        Objects.requireNonNull(domain, "domain");
        Objects.requireNonNull(user, "user");
    }
}
