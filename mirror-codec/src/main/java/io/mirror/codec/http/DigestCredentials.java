package io.mirror.codec.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The login of a client with Digest, the value of {@code Authorization} (RFC 7616 section 3.4).
 *
 * @param username the name, or its hash if {@code userhash}
 * @param realm the realm of the challenge
 * @param nonce the nonce of the challenge
 * @param uri the target of the request as in its first line
 * @param algorithm the name of the algorithm as on the wire, empty if not sent (which means MD5)
 * @param qop the protection, {@code auth} or {@code auth-int}; empty in the form of RFC 2069
 * @param nc the count of requests with this nonce, 8 hexadecimal digits; empty without {@code qop}
 * @param cnonce the nonce of the client; empty if not sent
 * @param response the proof, hexadecimal
 * @param opaque what the challenge had under this name, returned unchanged
 * @param userhash whether the name is hashed
 */
public record DigestCredentials(
        String username,
        String realm,
        String nonce,
        String uri,
        String algorithm,
        String qop,
        String nc,
        String cnonce,
        String response,
        Optional<String> opaque,
        boolean userhash) {

    /**
     * Reads a login.
     *
     * @param scheme a parsed header value with the scheme Digest
     * @return the login
     * @throws HttpAuthException if a parameter is missing or malformed
     */
    public static DigestCredentials of(AuthScheme scheme) throws HttpAuthException {
        if (!scheme.is("Digest")) {
            throw new HttpAuthException("not a Digest login");
        }
        Optional<String> extended = scheme.get("username*");
        if (extended.isPresent() && scheme.get("username").isPresent()) {
            throw new HttpAuthException("username and username* exclude each other");
        }
        String username = extended.isPresent() ? extendedName(extended.get()) : scheme.require("username");
        String qop = scheme.get("qop").orElse("");
        String nc = scheme.get("nc").orElse("");
        String cnonce = scheme.get("cnonce").orElse("");
        if (!qop.isEmpty()) {
            if (nc.length() != 8 || !isHex(nc)) {
                throw new HttpAuthException("nc has to be 8 hexadecimal digits");
            }
            if (cnonce.isEmpty()) {
                throw new HttpAuthException("qop without cnonce");
            }
        }
        return new DigestCredentials(
                username,
                scheme.require("realm"),
                scheme.require("nonce"),
                scheme.require("uri"),
                scheme.get("algorithm").orElse(""),
                qop,
                nc,
                cnonce,
                scheme.require("response"),
                scheme.get("opaque"),
                scheme.get("userhash").orElse("").equalsIgnoreCase("true"));
    }

    /**
     * Returns the same login with a proof.
     *
     * @param proof the result of {@link DigestComputation#response}
     * @return a copy
     */
    public DigestCredentials withResponse(String proof) {
        return new DigestCredentials(username, realm, nonce, uri, algorithm, qop, nc, cnonce, proof, opaque, userhash);
    }

    /**
     * Returns the value of {@code Authorization}, in the order and quoting that all known servers take.
     *
     * @return the value; characters beyond ASCII are to be sent as UTF-8
     */
    public String toHeader() {
        AuthText text = new AuthText("Digest")
                .quoted("username", username)
                .quoted("realm", realm)
                .quoted("nonce", nonce)
                .quoted("uri", uri);
        if (!algorithm.isEmpty()) {
            text.plain("algorithm", algorithm);
        }
        if (!qop.isEmpty()) {
            text.plain("qop", qop).plain("nc", nc).quoted("cnonce", cnonce);
        } else if (!cnonce.isEmpty()) {
            text.quoted("cnonce", cnonce);
        }
        text.quoted("response", response);
        opaque.ifPresent(value -> text.quoted("opaque", value));
        if (userhash) {
            text.plain("userhash", "true");
        }
        return text.toString();
    }

    /** Returns the user and the realm only. */
    @Override
    public String toString() {
        return "Digest[" + username + ", " + realm + "]";
    }

    /** {@code UTF-8''J%C3%A4s} (RFC 5987). */
    private static String extendedName(String value) throws HttpAuthException {
        int language = value.indexOf('\'');
        int start = language < 0 ? -1 : value.indexOf('\'', language + 1);
        if (start < 0 || !value.substring(0, language).equalsIgnoreCase("UTF-8")) {
            throw new HttpAuthException("username* is not in UTF-8");
        }
        byte[] octets = new byte[value.length()];
        int length = 0;
        for (int i = start + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                if (i + 2 >= value.length() || !isHex(value.substring(i + 1, i + 3))) {
                    throw new HttpAuthException("username* has a broken escape");
                }
                octets[length++] = (byte) Integer.parseInt(value, i + 1, i + 3, 16);
                i += 2;
            } else {
                octets[length++] = (byte) c;
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new HttpAuthException("username* is not UTF-8");
        }
    }

    private static boolean isHex(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
                return false;
            }
        }
        return true;
    }
}
