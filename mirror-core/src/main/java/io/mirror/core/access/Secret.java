package io.mirror.core.access;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * A password or key text that does not show itself.
 *
 * <p>The characters are held in one array that {@link #close()} overwrites. There is no accessor that returns a
 * {@link String}, {@link #toString()} is always {@code Secret(***)}, the class is not serializable, and equality is
 * identity: compare values with {@link #matches(Secret)}, which takes the same time wherever the difference is.
 *
 * <p>Instances are safe for use by several threads. A secret is owned by whoever created it; objects that keep one
 * say whether they close it.
 */
public final class Secret implements AutoCloseable {

    private final char[] value;
    private boolean closed;

    private Secret(char[] value) {
        this.value = value;
    }

    /**
     * Returns a secret with a copy of the given characters.
     *
     * @param value the characters; the caller may overwrite them afterwards
     * @return the secret
     */
    public static Secret of(char[] value) {
        return new Secret(value.clone());
    }

    /**
     * Returns a secret with a copy of the given text.
     *
     * <p>A {@link String} stays in memory until it is collected; prefer {@link #of(char[])} where there is a choice.
     *
     * @param value the text
     * @return the secret
     */
    public static Secret of(CharSequence value) {
        char[] copy = new char[value.length()];
        for (int i = 0; i < copy.length; i++) {
            copy[i] = value.charAt(i);
        }
        return new Secret(copy);
    }

    /**
     * Returns a copy of the characters.
     *
     * @return a new array; the caller overwrites it after use
     * @throws IllegalStateException if this secret was closed
     */
    public synchronized char[] copyChars() {
        requireOpen();
        return value.clone();
    }

    /**
     * Returns the UTF-8 form of the characters.
     *
     * @return a new array; the caller overwrites it after use
     * @throws IllegalStateException if this secret was closed
     */
    public synchronized byte[] copyUtf8() {
        requireOpen();
        byte[] scratch = new byte[value.length * 3];
        ByteBuffer encoded = ByteBuffer.wrap(scratch);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(value), encoded, true);
        byte[] copy = Arrays.copyOf(scratch, encoded.position());
        Arrays.fill(scratch, (byte) 0);
        return copy;
    }

    /**
     * Tells whether the secret has no characters.
     *
     * @return true if the length is zero
     * @throws IllegalStateException if this secret was closed
     */
    public synchronized boolean isEmpty() {
        requireOpen();
        return value.length == 0;
    }

    /**
     * Tells whether both secrets have the same characters.
     *
     * <p>Digests of equal length are compared, so that the time taken tells neither the place of the first
     * difference nor the length of either value.
     *
     * @param other the secret to compare with
     * @return true if the characters are the same
     * @throws IllegalStateException if either secret was closed
     */
    public boolean matches(Secret other) {
        return MessageDigest.isEqual(digest("SHA-256"), other.digest("SHA-256"));
    }

    /**
     * Tells whether the other secret is the lower case hexadecimal MD5 of this one's UTF-8 form, in constant time
     * (DHTP section 8.2).
     *
     * @param other what a peer sent instead of the password
     * @return true if it is this secret's MD5
     * @throws IllegalStateException if either secret was closed
     */
    public boolean matchesMd5Hex(Secret other) {
        byte[] md5 = digest("MD5");
        char[] hex = new char[md5.length * 2];
        for (int i = 0; i < md5.length; i++) {
            hex[2 * i] = Character.forDigit((md5[i] >> 4) & 0xF, 16);
            hex[2 * i + 1] = Character.forDigit(md5[i] & 0xF, 16);
        }
        try (Secret expected = new Secret(hex)) {
            return expected.matches(other);
        }
    }

    private byte[] digest(String algorithm) {
        byte[] bytes = copyUtf8();
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks " + algorithm, e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Overwrites the characters. Further use fails; closing again does nothing. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(value, '\0');
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this secret was closed");
        }
    }

    /**
     * Returns {@code Secret(***)}, whatever the value.
     *
     * @return the fixed text
     */
    @Override
    public String toString() {
        return "Secret(***)";
    }
}
