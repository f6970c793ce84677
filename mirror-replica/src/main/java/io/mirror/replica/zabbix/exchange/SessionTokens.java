package io.mirror.replica.zabbix.exchange;

import java.security.SecureRandom;

/** Tokens of proxy processes: 32 characters, lower-case hexadecimal digits by convention (section 5). */
public final class SessionTokens {
    /** Length of every token in characters. */
    public static final int LENGTH = 32;

    private SessionTokens() {}

    /**
     * Makes a token that nobody had before.
     *
     * @return 32 lower-case hexadecimal digits
     */
    public static String random() {
        byte[] bytes = new byte[LENGTH / 2];
        new SecureRandom().nextBytes(bytes);
        StringBuilder token = new StringBuilder(LENGTH);
        for (byte b : bytes) {
            token.append(Character.forDigit((b >> 4) & 0xF, 16)).append(Character.forDigit(b & 0xF, 16));
        }
        return token.toString();
    }

    /**
     * Refuses what is no token.
     *
     * @param token a token
     * @return the same token
     * @throws IllegalArgumentException if it has not 32 characters
     */
    public static String check(String token) {
        if (token.length() != LENGTH) {
            throw new IllegalArgumentException("a session token has " + LENGTH + " characters, not " + token.length());
        }
        return token;
    }
}
