package io.mirror.core.access;

/** What a connection may do, domain by domain. Implementations are immutable. */
@FunctionalInterface
public interface Permissions {
    /**
     * Tells whether a right is granted.
     *
     * @param right the right
     * @param domain the domain concerned; empty for rights that concern no domain
     * @return true if granted
     */
    boolean allows(Right right, String domain);

    /**
     * Every right everywhere.
     *
     * @return the permissions
     */
    static Permissions all() {
        return (right, domain) -> true;
    }

    /**
     * The right to stay connected and nothing else, which is what an anonymous remote client has by default.
     *
     * @return the permissions
     */
    static Permissions connectOnly() {
        return (right, domain) -> right == Right.CONNECT;
    }

    /**
     * No right at all.
     *
     * @return the permissions
     */
    static Permissions none() {
        return (right, domain) -> false;
    }
}
