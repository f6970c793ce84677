package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/** Content on its way into the store; what is to be known of it is computed as it passes. */
final class HashedContent implements Exchange.BodySink {
    private final ObjectStore.Sink sink;
    private final MessageDigest sha = Hashes.of("SHA-256");
    private final Optional<MessageDigest> md5;
    private final Optional<MessageDigest> seal;
    private long length;

    HashedContent(ObjectStore.Sink sink, Optional<MessageDigest> md5, Optional<MessageDigest> seal) {
        this.sink = sink;
        this.md5 = md5;
        this.seal = seal;
    }

    @Override
    public void write(ByteBuffer piece) throws IOException {
        length += piece.remaining();
        sha.update(piece.duplicate());
        md5.ifPresent(hash -> hash.update(piece.duplicate()));
        seal.ifPresent(hash -> hash.update(piece.duplicate()));
        sink.write(piece);
    }

    long length() {
        return length;
    }

    /** The hash of all of the content; to be asked once, at its end. */
    String sha256() {
        return HexFormat.of().formatHex(sha.digest());
    }
}
