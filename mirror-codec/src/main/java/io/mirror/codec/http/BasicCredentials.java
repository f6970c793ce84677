package io.mirror.codec.http;

import io.mirror.core.access.Secret;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A login with Basic: user and password in UTF-8 (RFC 7617).
 *
 * @param user the name of the user, without a colon
 * @param password the password; the creator of this value closes it
 */
public record BasicCredentials(String user, Secret password) {
    /**
     * Checks the name.
     *
     * @param user the name of the user
     * @param password the password
     * @throws IllegalArgumentException if the name has a colon
     */
    public BasicCredentials {
        if (user.indexOf(':') >= 0) {
            throw new IllegalArgumentException("a user name cannot have a colon in Basic");
        }
    }

    /**
     * Reads a login.
     *
     * @param scheme a parsed header value with the scheme Basic
     * @return the login
     * @throws HttpAuthException if the value is not base64, not UTF-8, or has no colon
     */
    public static BasicCredentials of(AuthScheme scheme) throws HttpAuthException {
        if (!scheme.is("Basic")) {
            throw new HttpAuthException("not a Basic login");
        }
        byte[] octets;
        CharBuffer text;
        try {
            octets = Base64.getDecoder().decode(scheme.token68());
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets));
        } catch (IllegalArgumentException e) {
            throw new HttpAuthException("the Basic login is not base64");
        } catch (CharacterCodingException e) {
            throw new HttpAuthException("the Basic login is not UTF-8");
        }
        Arrays.fill(octets, (byte) 0);
        char[] chars = text.array();
        try {
            for (int i = 0; i < text.length(); i++) {
                if (chars[i] == ':') {
                    char[] password = Arrays.copyOfRange(chars, i + 1, text.length());
                    try {
                        return new BasicCredentials(new String(chars, 0, i), Secret.of(password));
                    } finally {
                        Arrays.fill(password, '\0');
                    }
                }
            }
        } finally {
            Arrays.fill(chars, '\0');
        }
        throw new HttpAuthException("the Basic login has no colon");
    }

    /**
     * Returns the value of {@code Authorization}. It holds the password.
     *
     * @return the value
     */
    public String toHeader() {
        byte[] name = (user + ":").getBytes(StandardCharsets.UTF_8);
        byte[] secret = password.copyUtf8();
        byte[] both = Arrays.copyOf(name, name.length + secret.length);
        System.arraycopy(secret, 0, both, name.length, secret.length);
        String value = "Basic " + Base64.getEncoder().encodeToString(both);
        Arrays.fill(secret, (byte) 0);
        Arrays.fill(both, (byte) 0);
        return value;
    }
}
