package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import java.util.List;
import java.util.Optional;

/**
 * A feed of a node: where its objects go besides (SCSP sections 7.5, 9.4).
 *
 * @param id its number
 * @param type {@code replication}, {@code search} or {@code s3backup}; only replication moves objects
 * @param destinations nodes of the other cluster, which are tried in turn while one cannot be reached; 0 to 64, and only
 *     a feed with some moves objects
 * @param cluster the name of the other cluster
 * @param user an administrator there; empty for the first one of this node
 * @param password the password of that administrator
 * @param deletions whether objects that are deleted here are deleted there, unless they were written there since
 * @param domains the domains whose objects it moves
 */
public record Feed(
        int id,
        String type,
        List<HostPort> destinations,
        String cluster,
        Optional<String> user,
        Optional<Secret> password,
        boolean deletions,
        DomainFilter domains) {
    /**
     * Takes a copy of the list.
     *
     * @param id its number
     * @param type what it is for
     * @param destinations nodes of the other cluster
     * @param cluster the name of the other cluster
     * @param user an administrator there
     * @param password the password
     * @param deletions whether deletions go there too
     * @param domains the domains whose objects it moves
     * @throws IllegalArgumentException if there are more than 64 destinations
     */
    public Feed {
        destinations = List.copyOf(destinations);
        if (destinations.size() > ScspClientBuilder.MAX_NODES) {
            throw new IllegalArgumentException(
                    "a feed has at most " + ScspClientBuilder.MAX_NODES + " destinations, were " + destinations.size());
        }
    }

    /**
     * Makes a feed that moves the objects of all domains, with the administrator of this node, without deletions.
     *
     * @param id its number
     * @param destination a node of the other cluster
     * @param cluster the name of the other cluster
     * @return the feed
     */
    public static Feed replication(int id, HostPort destination, String cluster) {
        return new Feed(
                id,
                "replication",
                List.of(destination),
                cluster,
                Optional.empty(),
                Optional.empty(),
                false,
                DomainFilter.ALL);
    }

    /**
     * Returns the same feed with other nodes of the other cluster.
     *
     * @param nodes the nodes in the order in which they are tried, 1 to 64
     * @return a copy
     * @throws IllegalArgumentException if there are more
     */
    public Feed withDestinations(List<HostPort> nodes) {
        return new Feed(id, type, nodes, cluster, user, password, deletions, domains);
    }

    /**
     * Returns the same feed with another administrator of the destination.
     *
     * @param name the user
     * @param secret the password, which stays the caller's to close, after the node
     * @return a copy
     */
    public Feed withCredentials(String name, Secret secret) {
        return new Feed(id, type, destinations, cluster, Optional.of(name), Optional.of(secret), deletions, domains);
    }

    /**
     * Returns the same feed with or without deletions.
     *
     * @param on whether deletions go there too
     * @return a copy
     */
    public Feed withDeletions(boolean on) {
        return new Feed(id, type, destinations, cluster, user, password, on, domains);
    }

    /**
     * Returns the same feed for other domains. For a SEND that names the feed, an object outside of them is done, and
     * nothing is moved.
     *
     * @param filter the domains
     * @return a copy
     */
    public Feed withDomains(DomainFilter filter) {
        return new Feed(id, type, destinations, cluster, user, password, deletions, filter);
    }
}
