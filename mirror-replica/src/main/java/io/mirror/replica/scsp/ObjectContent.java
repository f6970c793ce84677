package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Passes over the content of objects, and their seals (SCSP section 6.2). */
final class ObjectContent {
    private static final Map<String, String> HASHES =
            Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");

    private ObjectContent() {}

    static String digest(ObjectStore.StoredObject object, String algorithm) throws IOException {
        MessageDigest hash = Hashes.of(algorithm);
        digest(object, List.of(hash));
        return HexFormat.of().formatHex(hash.digest());
    }

    /** Adds the content to several hashes in one pass. Content that is cut off gives the hash of what is there. */
    static void digest(ObjectStore.StoredObject object, List<MessageDigest> hashes) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(HttpWire.CHUNK);
        long position = 0;
        while (position < object.info().length()) {
            chunk.clear();
            int count = object.read(position, chunk);
            if (count < 0) {
                break;
            }
            position += count;
            chunk.flip();
            hashes.forEach(hash -> hash.update(chunk.duplicate()));
        }
    }

    /** Fills the chunk and returns how much of it there was; the rest stays as it is, and the seal will not match. */
    static int readFully(ObjectStore.StoredObject object, long position, ByteBuffer chunk) throws IOException {
        while (chunk.hasRemaining()) {
            if (object.read(position + chunk.position(), chunk) < 0) {
                break;
            }
        }
        int count = chunk.position();
        chunk.rewind();
        return count;
    }

    static void copy(ObjectStore.StoredObject object, Exchange.BodySink sink) throws IOException {
        long position = 0;
        while (position < object.info().length()) {
            ByteBuffer chunk = ByteBuffer.allocate(HttpWire.CHUNK);
            int count = object.read(position, chunk);
            if (count < 0) {
                throw new IOException("the content of " + object.info().key() + " is cut off");
            }
            position += count;
            sink.write(chunk.flip());
        }
    }

    static Optional<MessageDigest> seal(RequestTarget target, String argument) throws RequestException {
        Optional<String> type = target.argument(argument);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        String algorithm = HASHES.get(type.get().toLowerCase(Locale.ROOT));
        if (algorithm == null) {
            throw new RequestException(
                    400, "InvalidArgument", argument + " has to be one of md5, sha1, sha256, sha384, sha512");
        }
        return Optional.of(Hashes.of(algorithm));
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
