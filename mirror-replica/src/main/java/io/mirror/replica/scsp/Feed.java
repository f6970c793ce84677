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
 */
public record Feed(
        int id,
        String type,
        Optional<HostPort> destination,
        String cluster,
        Optional<String> user,
        Optional<Secret> password) {}
