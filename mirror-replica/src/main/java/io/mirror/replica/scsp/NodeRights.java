package io.mirror.replica.scsp;

import io.mirror.core.access.Permissions;
import io.mirror.core.access.Right;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.access.AccessProtocol;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what at a node. Without a policy everybody may read and write, as SCSP has it, and administrators may also
 * do what needs the argument {@code admin}; with one the policy alone decides.
 */
final class NodeRights {
    private final Optional<AccessPolicy> policy;
    private final Set<String> admins;
    private final AccessProtocol protocol;

    NodeRights(Optional<AccessPolicy> policy, Set<String> admins, boolean secure) {
        this.policy = policy;
        this.admins = Set.copyOf(admins);
        this.protocol = secure ? AccessProtocol.TLS : AccessProtocol.TCP;
    }

    /** Whether a login counts for requests that do not demand one. */
    boolean looksAtEveryLogin() {
        return policy.isPresent();
    }

    Permissions of(Optional<String> user, InetAddress address) {
        if (policy.isPresent()) {
            return policy.get().rightsOf(user.orElse(""), address, protocol);
        }
        boolean admin = user.isPresent() && admins.contains(user.get());
        return (right, domain) -> right != Right.ADMIN || admin;
    }

    static Right needed(String method) {
        return switch (method) {
            case "GET", "HEAD" -> Right.READ;
            case "POST" -> Right.CREATE;
            case "DELETE" -> Right.DELETE;
            case "SEND" -> Right.ADMIN;
            default -> Right.WRITE;
        };
    }
}
