package io.mirror.transport.access;

import java.util.Set;

/**
 * One line of a policy.
 *
 * @param user who it is about
 * @param addresses where they come from
 * @param protocols how they come; never empty
 * @param domains which domains they get the rights in; without meaning for {@link io.mirror.core.access.Right#CONNECT} and
 *     {@link io.mirror.core.access.Right#ADMIN}, which belong to the whole connection
 * @param rights what they may do
 */
public record AccessRule(
        UserPattern user, AddressRange addresses, Set<AccessProtocol> protocols, DomainPattern domains, Rights rights) {

    /**
     * Checks and copies the values.
     *
     * @param user who it is about
     * @param addresses where they come from
     * @param protocols how they come; never empty
     * @param domains which domains they get the rights in
     * @param rights what they may do
     * @throws IllegalArgumentException if there is no protocol
     */
    public AccessRule {
        protocols = Set.copyOf(protocols);
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("a rule needs at least one protocol");
        }
    }
}
