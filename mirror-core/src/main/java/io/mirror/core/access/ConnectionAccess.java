package io.mirror.core.access;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides what one incoming connection may do. An instance knows the connection's address and protocol; a session asks
 * it on the connection's own thread, so it must not block.
 */
public interface ConnectionAccess {
    /**
     * Returns what the connection may do before it has logged in.
     *
     * @return the permissions of an anonymous client
     */
    Permissions anonymous();

    /**
     * Tells whether the connection is closed unless it logs in within the time allowed (DHTP section 13).
     *
     * @return true if a login is required
     */
    boolean loginRequired();

    /**
     * Checks a user and a password.
     *
     * @param user the user, possibly {@code Organization/User}
     * @param password the password as received; the caller closes it
     * @return the decision
     */
    Decision login(String user, Secret password);

    /**
     * The answer to a login.
     *
     * @param permissions what the user may do, empty if the login is refused
     * @param delay how long to hold back the answer, and what it grants; zero for at once. A user for whom too many logins
     *     failed gets a good one delayed as well, or else a guesser would learn from the missing quick answer
     */
    record Decision(Optional<Permissions> permissions, Duration delay) {
        /**
         * Checks the delay.
         *
         * @param permissions what the user may do, empty if the login is refused
         * @param delay how long to hold back the answer, and what it grants; zero for at once. A user for whom too
         *     many logins failed gets a good one delayed as well, or else a guesser would learn from the missing
         *     quick answer
         * @throws IllegalArgumentException if the delay is negative
         */
        public Decision {
            Objects.requireNonNull(permissions, "permissions");
            Objects.requireNonNull(delay, "delay");
            if (delay.isNegative()) {
                throw new IllegalArgumentException("delay must not be negative, was " + delay);
            }
        }

        /**
         * A good login.
         *
         * @param permissions what the user may do
         * @return the decision
         */
        public static Decision granted(Permissions permissions) {
            return granted(permissions, Duration.ZERO);
        }

        /**
         * A good login that takes effect later. Until then the connection counts as not logged in.
         *
         * @param permissions what the user may do
         * @param delay how long to hold back the permissions and the answer
         * @return the decision
         */
        public static Decision granted(Permissions permissions, Duration delay) {
            return new Decision(Optional.of(permissions), delay);
        }

        /**
         * A refused login.
         *
         * @param delay how long to hold back the answer
         * @return the decision
         */
        public static Decision refused(Duration delay) {
            return new Decision(Optional.empty(), delay);
        }
    }

    /**
     * Access without users: everyone has the same permissions and no login succeeds or is needed.
     *
     * @param permissions what everyone may do
     * @return the access
     */
    static ConnectionAccess withoutUsers(Permissions permissions) {
        return new ConnectionAccess() {
            @Override
            public Permissions anonymous() {
                return permissions;
            }

            @Override
            public boolean loginRequired() {
                return false;
            }

            @Override
            public Decision login(String user, Secret password) {
                return Decision.refused(Duration.ZERO);
            }
        };
    }
}
