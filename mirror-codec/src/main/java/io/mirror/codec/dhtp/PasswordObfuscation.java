package io.mirror.codec.dhtp;

import io.mirror.core.access.Secret;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * The obfuscated form of passwords in configuration lines: {@code {mm1}} and base64url (DHTP section 12.3).
 *
 * <p>This is obfuscation, not encryption: everybody can reverse it. It keeps a password from being read over a shoulder
 * and nothing else; protect the file.
 */
public final class PasswordObfuscation {
    private static final String PREFIX = "{mm1}";
    private static final byte[] LABEL = "mirror-master/1".getBytes(StandardCharsets.US_ASCII);
    static final int NONCE_BYTES = 8;

    private PasswordObfuscation() {}

    /**
     * Obfuscates a password with a random nonce, so that equal passwords look different.
     *
     * @param password the password
     * @return the text for a configuration line
     */
    public static String hide(Secret password) {
        byte[] nonce = new byte[NONCE_BYTES];
        new SecureRandom().nextBytes(nonce);
        return hide(password, nonce);
    }

    static String hide(Secret password, byte[] nonce) {
        byte[] plain = password.copyUtf8();
        byte[] packed = Arrays.copyOf(nonce, NONCE_BYTES + plain.length);
        System.arraycopy(plain, 0, packed, NONCE_BYTES, plain.length);
        Arrays.fill(plain, (byte) 0);
        applyKeystream(packed);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(packed);
    }

    /**
     * Tells whether a text is in the obfuscated form.
     *
     * @param text the password entry of a configuration line
     * @return false if the text is a plain password
     */
    public static boolean isHidden(String text) {
        return text.startsWith(PREFIX);
    }

    /**
     * Reveals a password.
     *
     * @param text the password entry of a configuration line; without the prefix it is a plain password
     * @return the password
     * @throws DhtpDecodeException with {@link DecodeReason#BAD_OBFUSCATION} if the text has the prefix and the rest is
     *     damaged; the message does not show the text
     */
    public static Secret reveal(String text) {
        if (!isHidden(text)) {
            return Secret.of(text);
        }
        byte[] packed;
        try {
            packed = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            throw damaged("what follows {mm1} is not base64url");
        }
        if (packed.length < NONCE_BYTES) {
            throw damaged("what follows {mm1} is too short");
        }
        applyKeystream(packed);
        try {
            CharBuffer chars = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(packed, NONCE_BYTES, packed.length - NONCE_BYTES));
            return Secret.of(chars);
        } catch (CharacterCodingException e) {
            throw damaged("the password is not UTF-8, the text was changed");
        } finally {
            Arrays.fill(packed, (byte) 0);
        }
    }

    private static DhtpDecodeException damaged(String detail) {
        return new DhtpDecodeException(DecodeReason.BAD_OBFUSCATION, PREFIX.length(), detail);
    }

    /** Combines everything behind the nonce with SHA-256(label, nonce, 0), SHA-256(label, nonce, 1) and so on. */
    private static void applyKeystream(byte[] packed) {
        MessageDigest sha = sha256();
        int at = NONCE_BYTES;
        for (int counter = 0; at < packed.length; counter++) {
            sha.update(LABEL);
            sha.update(packed, 0, NONCE_BYTES);
            byte[] block = sha.digest(
                    new byte[] {(byte) (counter >> 24), (byte) (counter >> 16), (byte) (counter >> 8), (byte) counter});
            for (int i = 0; i < block.length && at < packed.length; i++) {
                packed[at++] ^= block[i];
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
