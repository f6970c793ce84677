package io.mirror.codec.http;

import java.util.Optional;

/**
 * What a server says after a login with Digest, the value of {@code Authentication-Info} (RFC 7616 section 3.5).
 *
 * @param nextNonce the nonce to use from now on
 * @param rspauth the proof that the server knows the password too
 * @param qop the protection that the proof was made with
 * @param cnonce the client's nonce in the proof
 * @param nc the client's count in the proof
 */
public record DigestInfo(
        Optional<String> nextNonce,
        Optional<String> rspauth,
        Optional<String> qop,
        Optional<String> cnonce,
        Optional<String> nc) {
    /**
     * Reads the value, which is a list of parameters without a scheme.
     *
     * @param value the value of the header
     * @return the parameters
     * @throws HttpAuthException if the value is malformed
     */
    public static DigestInfo parse(String value) throws HttpAuthException {
        AuthScheme scheme = AuthScheme.parseOne("Digest " + value);
        return new DigestInfo(
                scheme.get("nextnonce"),
                scheme.get("rspauth"),
                scheme.get("qop"),
                scheme.get("cnonce"),
                scheme.get("nc"));
    }

    /** Returns no value: they let others take part in the session. */
    @Override
    public String toString() {
        return "DigestInfo";
    }
}
