package io.mirror.transport;

import io.mirror.core.access.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A pre-shared key and the identity under which both sides know it (RFC 4279).
 *
 * <p>The bytes are held in one array that {@link #close()} overwrites; there is no accessor for them. Safe for use by
 * several threads.
 */
public final class PskKey implements AutoCloseable {
    /** Longest identity in characters and in bytes of UTF-8. */
    public static final int MAX_IDENTITY = 128;
    /** Shortest key in bytes. */
    public static final int MIN_KEY_BYTES = 16;
    /** Longest key in bytes. */
    public static final int MAX_KEY_BYTES = 256;

    private final String identity;
    private final byte[] key;
    private boolean closed;

    private PskKey(String identity, byte[] key) {
        this.identity = identity;
        this.key = key;
    }

    /**
     * Makes a key out of hexadecimal digits.
     *
     * @param identity 1 to 128 characters, at most 128 bytes of UTF-8
     * @param hex 32 to 512 hexadecimal digits; not closed
     * @return the key
     * @throws TlsConfigurationException if the identity or the key has not that form
     */
    public static PskKey ofHex(String identity, Secret hex) {
        int bytes = identity.getBytes(StandardCharsets.UTF_8).length;
        if (identity.isEmpty() || bytes > MAX_IDENTITY || identity.indexOf('\0') >= 0) {
            throw new TlsConfigurationException(
                    "a PSK identity has 1 to " + MAX_IDENTITY + " bytes of UTF-8 and no NUL, this one has " + bytes);
        }
        char[] digits = hex.copyChars();
        byte[] key = new byte[digits.length / 2];
        boolean good = digits.length % 2 == 0 && key.length >= MIN_KEY_BYTES && key.length <= MAX_KEY_BYTES;
        try {
            for (int i = 0; good && i < key.length; i++) {
                int high = digit(digits[2 * i]);
                int low = digit(digits[2 * i + 1]);
                good = high >= 0 && low >= 0;
                key[i] = (byte) ((high << 4) | low);
            }
            if (!good) {
                Arrays.fill(key, (byte) 0);
                throw new TlsConfigurationException("a pre-shared key has " + 2 * MIN_KEY_BYTES + " to "
                        + 2 * MAX_KEY_BYTES + " hexadecimal digits, an even number of them");
            }
            return new PskKey(identity, key);
        } finally {
            Arrays.fill(digits, '\0');
        }
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    /**
     * Returns the identity.
     *
     * @return the identity, which is no secret
     */
    public String identity() {
        return identity;
    }

    /** The array itself, not a copy. */
    synchronized byte[] bytes() {
        if (closed) {
            throw new IllegalStateException("this key was closed");
        }
        return key;
    }

    /** Overwrites the key; handshakes with it fail from then on. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(key, (byte) 0);
    }

    /**
     * Returns the identity without the key.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "PskKey[" + io.mirror.core.point.Excerpt.of(identity) + "]";
    }
}
