package io.mirror.codec.http;

import java.util.List;
import java.util.Optional;

/**
 * What a server demands with Digest, the value of {@code WWW-Authenticate} (RFC 7616 section 3.3).
 *
 * @param realm the realm
 * @param nonce the nonce
 * @param opaque what the client has to return, which may be empty
 * @param stale whether only the nonce of the last login was bad
 * @param qop the protections on offer; empty in the form of RFC 2069
 * @param algorithm the algorithm, empty if the server named one that is unknown
 * @param namesAlgorithm whether the server named the algorithm
 * @param userhash whether the server takes hashed names
 */
public record DigestChallenge(
        String realm,
        String nonce,
        Optional<String> opaque,
        boolean stale,
        List<String> qop,
        Optional<DigestAlgorithm> algorithm,
        boolean namesAlgorithm,
        boolean userhash) {
    /**
     * Takes a copy of the list.
     *
     * @param realm the realm
     * @param nonce the nonce
     * @param opaque what the client has to return
     * @param stale whether only the nonce was bad
     * @param qop the protections on offer
     * @param algorithm the algorithm if it is known
     * @param namesAlgorithm whether the server named the algorithm
     * @param userhash whether the server takes hashed names
     */
    public DigestChallenge {
        qop = List.copyOf(qop);
    }

    /**
     * Reads a challenge.
     *
     * @param scheme a parsed header value with the scheme Digest
     * @return the challenge
     * @throws HttpAuthException if realm or nonce are missing
     */
    public static DigestChallenge of(AuthScheme scheme) throws HttpAuthException {
        if (!scheme.is("Digest")) {
            throw new HttpAuthException("not a Digest challenge");
        }
        Optional<String> algorithm = scheme.get("algorithm");
        String qop = scheme.get("qop").orElse("").trim();
        return new DigestChallenge(
                scheme.require("realm"),
                scheme.require("nonce"),
                scheme.get("opaque"),
                scheme.get("stale").orElse("").equalsIgnoreCase("true"),
                qop.isEmpty() ? List.of() : List.of(qop.split("[ \\t]*,[ \\t]*", -1)),
                algorithm.isPresent() ? DigestAlgorithm.of(algorithm.get()) : Optional.of(DigestAlgorithm.MD5),
                algorithm.isPresent(),
                scheme.get("userhash").orElse("").equalsIgnoreCase("true"));
    }

    /**
     * Tells whether this library can answer: the algorithm is known, and {@code auth} or no protection is on offer.
     *
     * @return true if {@link #answer} may be called
     */
    public boolean isUsable() {
        return algorithm.isPresent() && (qop.isEmpty() || qop.stream().anyMatch(word -> word.equalsIgnoreCase("auth")));
    }

    /**
     * Returns the login that answers this challenge for a request without protection of the body.
     *
     * @param user the name of the user
     * @param ha1 the result of {@link DigestComputation#ha1} for the algorithm and realm of this challenge
     * @param method the method of the request
     * @param uri the target of the request as in its first line
     * @param count the count of requests with this nonce, from 1
     * @param cnonce random text of the client
     * @return the login
     * @throws IllegalStateException if the challenge is not usable
     */
    public DigestCredentials answer(String user, String ha1, String method, String uri, int count, String cnonce) {
        DigestAlgorithm used = algorithm.orElseThrow(() -> new IllegalStateException("unknown algorithm"));
        if (!isUsable()) {
            throw new IllegalStateException("the challenge does not offer auth");
        }
        boolean legacy = qop.isEmpty();
        DigestCredentials values = new DigestCredentials(
                userhash ? DigestComputation.userHash(used, user, realm) : user,
                realm,
                nonce,
                uri,
                namesAlgorithm ? used.token() : "",
                legacy ? "" : "auth",
                legacy ? "" : eightDigits(count),
                legacy && !used.isSession() ? "" : cnonce,
                "",
                opaque,
                userhash);
        return values.withResponse(DigestComputation.response(used, ha1, method, values, ""));
    }

    /**
     * Returns the value of {@code WWW-Authenticate}: {@code stale} and {@code algorithm} without quotes, as the oldest
     * clients need it (SCSP section 8.2).
     *
     * @return the value
     */
    public String toHeader() {
        AuthText text = new AuthText("Digest").quoted("realm", realm).quoted("nonce", nonce);
        opaque.ifPresent(value -> text.quoted("opaque", value));
        text.plain("stale", Boolean.toString(stale));
        if (!qop.isEmpty()) {
            text.quoted("qop", String.join(",", qop));
        }
        if (namesAlgorithm) {
            algorithm.ifPresent(value -> text.plain("algorithm", value.token()));
        }
        if (userhash) {
            text.plain("userhash", "true");
        }
        return text.toString();
    }

    private static String eightDigits(int count) {
        String digits = Integer.toHexString(count);
        return "0".repeat(8 - digits.length()) + digits;
    }
}
