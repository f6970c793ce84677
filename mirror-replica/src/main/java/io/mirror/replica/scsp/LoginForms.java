package io.mirror.replica.scsp;

import io.mirror.codec.http.DigestAlgorithm;
import java.util.List;
import java.util.Optional;

/**
 * The ways to log in that a node offers or takes (SCSP sections 8.1 to 8.3).
 *
 * @param digests the hash functions of Digest, in the order of the challenges
 * @param legacyDigest whether Digest without {@code qop}, the form of RFC 2069, is taken too
 * @param basic whether Basic is taken
 */
record LoginForms(List<DigestAlgorithm> digests, boolean legacyDigest, boolean basic) {
    /** What the vendor's nodes offer, without Basic. */
    static final LoginForms DEFAULT = new LoginForms(List.of(DigestAlgorithm.MD5), false, false);

    LoginForms {
        digests = List.copyOf(digests);
    }

    /** The hash function that a login names; one that names none means MD5. Empty if it was not offered. */
    Optional<DigestAlgorithm> digest(String name) {
        Optional<DigestAlgorithm> meant = name.isEmpty() ? Optional.of(DigestAlgorithm.MD5) : DigestAlgorithm.of(name);
        return meant.filter(digests::contains);
    }
}
