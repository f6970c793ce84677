package io.mirror.codec.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The hash functions of Digest (RFC 7616 section 3.4). */
public enum DigestAlgorithm {
    /** MD5, what servers mean that name none. */
    MD5("MD5", "MD5", false),
    /** MD5 with a key of the session. */
    MD5_SESS("MD5-sess", "MD5", true),
    /** SHA-256. */
    SHA_256("SHA-256", "SHA-256", false),
    /** SHA-256 with a key of the session. */
    SHA_256_SESS("SHA-256-sess", "SHA-256", true),
    /** SHA-512/256, which has initial values of its own (RFC 7616, erratum 4897). */
    SHA_512_256("SHA-512-256", "SHA-512/256", false),
    /** SHA-512/256 with a key of the session. */
    SHA_512_256_SESS("SHA-512-256-sess", "SHA-512/256", true);

    private final String token;
    private final String hash;
    private final boolean session;

    DigestAlgorithm(String token, String hash, boolean session) {
        this.token = token;
        this.hash = hash;
        this.session = session;
    }

    /**
     * Finds an algorithm by its name on the wire, in any case.
     *
     * @param token the value of the parameter
     * @return the algorithm, or empty if it is unknown
     */
    public static Optional<DigestAlgorithm> of(String token) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.token.equalsIgnoreCase(token)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the name on the wire.
     *
     * @return such as {@code SHA-256-sess}
     */
    public String token() {
        return token;
    }

    /**
     * Tells whether the key depends on the nonces of the session.
     *
     * @return true for the {@code -sess} forms
     */
    public boolean isSession() {
        return session;
    }

    /**
     * Returns a fresh hash function.
     *
     * @return a function without input
     */
    public MessageDigest newHash() {
        try {
            return MessageDigest.getInstance(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks " + hash, e);
        }
    }
}
