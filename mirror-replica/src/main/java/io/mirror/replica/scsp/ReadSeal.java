package io.mirror.replica.scsp;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** The seal that a reader gives with a GET, and perhaps another kind of it that it wants (SCSP section 6.2). */
final class ReadSeal {
    private final String type;
    private final String hash;
    private final MessageDigest digest;
    private final String newType;
    private final Optional<MessageDigest> newDigest;

    private ReadSeal(
            String type, String hash, MessageDigest digest, String newType, Optional<MessageDigest> newDigest) {
        this.type = type;
        this.hash = hash;
        this.digest = digest;
        this.newType = newType;
        this.newDigest = newDigest;
    }

    static Optional<ReadSeal> of(RequestTarget target) throws RequestException {
        Optional<MessageDigest> digest = ObjectContent.seal(target, "hashtype");
        Optional<MessageDigest> newDigest = ObjectContent.seal(target, "newhashtype");
        Optional<String> hash = target.argument("hash");
        if (digest.isEmpty() || hash.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReadSeal(
                target.argument("hashtype").orElseThrow(),
                hash.get(),
                digest.get(),
                target.argument("newhashtype").orElse(""),
                newDigest));
    }

    /** The arguments of an address with a seal. */
    static String arguments(String type, byte[] hash) {
        return "?hashtype=" + type.toLowerCase(Locale.ROOT) + "&hash="
                + HexFormat.of().formatHex(hash);
    }

    void update(ByteBuffer content) {
        digest.update(content.duplicate());
        newDigest.ifPresent(other -> other.update(content.duplicate()));
    }

    /** The arguments of the address with the proved seal, or with the new one; empty if the content has another seal. */
    Optional<String> prove() {
        byte[] found = digest.digest();
        if (!HexFormat.of().formatHex(found).equalsIgnoreCase(hash)) {
            return Optional.empty();
        }
        return Optional.of(
                newDigest.map(other -> arguments(newType, other.digest())).orElseGet(() -> arguments(type, found)));
    }
}
