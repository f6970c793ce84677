package io.mirror.core.link;

import io.mirror.core.access.Credentials;
import java.util.Objects;
import java.util.Optional;

/**
 * The forward proxy of a link (DHTP section 12.2).
 *
 * @param address where the proxy listens
 * @param credentials what it asks for, if anything
 */
public record ProxySettings(ServerAddress address, Optional<Credentials> credentials) {
    /**
     * Refuses null.
     *
     * @param address where the proxy listens
     * @param credentials what it asks for, if anything
     */
    public ProxySettings {
        Objects.requireNonNull(address, "address");
        Objects.requireNonNull(credentials, "credentials");
    }
}
