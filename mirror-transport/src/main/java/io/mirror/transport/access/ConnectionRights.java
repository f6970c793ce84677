package io.mirror.transport.access;

import io.mirror.core.access.Permissions;
import io.mirror.core.access.Right;
import java.util.List;

/**
 * What one connection may do, decided once from its user, address and protocol.
 *
 * <p>Immutable and safe for use by several threads. Asking walks the few rules that apply and allocates nothing.
 */
public final class ConnectionRights implements Permissions {

    private final List<AccessRule> rules;
    private final Rights whole;

    ConnectionRights(List<AccessRule> rules) {
        this.rules = List.copyOf(rules);
        Rights sum = rules.isEmpty() ? Rights.CONNECT_ONLY : Rights.NONE;
        for (AccessRule rule : rules) {
            sum = sum.plus(rule.rights());
        }
        this.whole = sum;
    }

    /**
     * Tells whether the connection may exist.
     *
     * @return false if it has to be closed
     */
    public boolean mayConnect() {
        return whole.allows(Right.CONNECT);
    }

    /**
     * Tells whether the connection may do more than exist, in whichever domain.
     *
     * @return true if it has another right than {@link Right#CONNECT}
     */
    public boolean mayUseData() {
        return whole.allows(Right.READ)
                || whole.allows(Right.WRITE)
                || whole.allows(Right.CREATE)
                || whole.allows(Right.DELETE)
                || whole.allows(Right.ADMIN);
    }

    /**
     * Tells whether a right is granted.
     *
     * @param right the right
     * @param domain the domain; not looked at for {@link Right#CONNECT} and {@link Right#ADMIN}, which belong to the
     *     whole connection
     * @return true if granted
     */
    @Override
    public boolean allows(Right right, String domain) {
        if (right == Right.CONNECT || right == Right.ADMIN) {
            return whole.allows(right);
        }
        for (int i = 0; i < rules.size(); i++) {
            AccessRule rule = rules.get(i);
            if (rule.rights().allows(right) && rule.domains().matches(domain)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns the rights that are granted in at least one domain, and the number of rules behind them.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "ConnectionRights[" + rules.size() + " rules, " + whole + "]";
    }
}
