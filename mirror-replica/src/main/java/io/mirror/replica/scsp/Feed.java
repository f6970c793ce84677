package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import java.util.Optional;

/**
 * A feed of a node: where its objects go besides (SCSP sections 7.5, 9.4).
 *
 * @param id its number
 * @param type {@code replication}, {@code search} or {@code s3backup}; only replication moves objects
 * @param destination a node of the other cluster
 * @param cluster the name of the other cluster
 * @param user an administrator there; empty for the first one of this node
 * @param password the password of that administrator
 * @param deletions whether objects that are deleted here are deleted there, unless they were written there since
 */
public record Feed(
        int id,
        String type,
        Optional<HostPort> destination,
        String cluster,
        Optional<String> user,
        Optional<Secret> password,
        boolean deletions) {
    /**
     * Makes a feed that moves objects, with the administrator of this node, without deletions.
     *
     * @param id its number
     * @param destination a node of the other cluster
     * @param cluster the name of the other cluster
     * @return the feed
     */
    public static Feed replication(int id, HostPort destination, String cluster) {
        return new Feed(
                id, "replication", Optional.of(destination), cluster, Optional.empty(), Optional.empty(), false);
    }

    /**
     * Returns the same feed with another administrator of the destination.
     *
     * @param name the user
     * @param secret the password, which stays the caller's to close, after the node
     * @return a copy
     */
    public Feed withCredentials(String name, Secret secret) {
        return new Feed(id, type, destination, cluster, Optional.of(name), Optional.of(secret), deletions);
    }

    /**
     * Returns the same feed with or without deletions.
     *
     * @param on whether deletions go there too
     * @return a copy
     */
    public Feed withDeletions(boolean on) {
        return new Feed(id, type, destination, cluster, user, password, on);
    }
}
