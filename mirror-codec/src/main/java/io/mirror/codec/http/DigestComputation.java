package io.mirror.codec.http;

import io.mirror.core.access.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** The arithmetic of Digest (RFC 7616 section 3.4, RFC 2069 section 2.1.1). All results are lower case hexadecimal. */
public final class DigestComputation {
    private DigestComputation() {}

    /**
     * Returns H(user:realm:password), the value that servers keep instead of the password. It is as secret as that.
     *
     * @param algorithm the algorithm; its session form gives the same value
     * @param user the name of the user
     * @param realm the realm
     * @param password the password
     * @return the hash
     */
    public static String ha1(DigestAlgorithm algorithm, String user, String realm, Secret password) {
        MessageDigest hash = algorithm.newHash();
        hash.update((user + ":" + realm + ":").getBytes(StandardCharsets.UTF_8));
        byte[] secret = password.copyUtf8();
        hash.update(secret);
        Arrays.fill(secret, (byte) 0);
        return HexFormat.of().formatHex(hash.digest());
    }

    /**
     * Returns the hidden name of a user for {@code userhash=true}: H(user:realm).
     *
     * @param algorithm the algorithm
     * @param user the name of the user
     * @param realm the realm
     * @return the hash
     */
    public static String userHash(DigestAlgorithm algorithm, String user, String realm) {
        return hash(algorithm, user + ":" + realm);
    }

    /**
     * Returns the proof that a client sends.
     *
     * @param algorithm the algorithm
     * @param ha1 the result of {@link #ha1}
     * @param method the method of the request; empty to compute the server's counter-proof {@code rspauth}
     * @param values the parameters of the login; its {@code response} is not used
     * @param bodyHash the hash of the body, used with {@code qop=auth-int} only
     * @return the proof
     */
    public static String response(
            DigestAlgorithm algorithm, String ha1, String method, DigestCredentials values, String bodyHash) {
        String key = algorithm.isSession() ? hash(algorithm, ha1 + ":" + values.nonce() + ":" + values.cnonce()) : ha1;
        String a2 = method + ":" + values.uri();
        if (values.qop().equalsIgnoreCase("auth-int")) {
            a2 += ":" + bodyHash;
        }
        String request = hash(algorithm, a2);
        if (values.qop().isEmpty()) {
            return hash(algorithm, key + ":" + values.nonce() + ":" + request);
        }
        return hash(
                algorithm, String.join(":", key, values.nonce(), values.nc(), values.cnonce(), values.qop(), request));
    }

    /**
     * Returns the hash of a body for {@code qop=auth-int}.
     *
     * @param algorithm the algorithm
     * @param body the bytes of the body
     * @return the hash
     */
    public static String bodyHash(DigestAlgorithm algorithm, byte[] body) {
        return HexFormat.of().formatHex(algorithm.newHash().digest(body));
    }

    /**
     * Compares two hexadecimal proofs in any case, in a time that does not tell where they differ.
     *
     * @param expected the computed proof
     * @param given the proof of the peer
     * @return true if they are equal
     */
    public static boolean matches(String expected, String given) {
        return MessageDigest.isEqual(lower(expected), lower(given));
    }

    private static byte[] lower(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] >= 'A' && bytes[i] <= 'F') {
                bytes[i] = (byte) (bytes[i] | 0x20);
            }
        }
        return bytes;
    }

    private static String hash(DigestAlgorithm algorithm, String text) {
        return HexFormat.of().formatHex(algorithm.newHash().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
