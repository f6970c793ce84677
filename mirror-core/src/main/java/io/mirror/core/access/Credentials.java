package io.mirror.core.access;

import java.util.Objects;

/**
 * A user and a password.
 *
 * @param user the user, possibly {@code Organization/User}
 * @param password the password
 */
public record Credentials(String user, Secret password) {
    /**
     * Refuses null.
     *
     * @param user the user, possibly {@code Organization/User}
     * @param password the password
     */
    public Credentials {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
    }

    /**
     * Makes credentials from plain texts.
     *
     * @param user the user
     * @param password the password
     * @return the credentials
     */
    public static Credentials of(String user, CharSequence password) {
        return new Credentials(user, Secret.of(password));
    }
}
