package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.mirror.transport.access.TargetRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Moves objects to and from another cluster with documented operations only (SCSP section 7.3). */
final class RemoteCluster implements AutoCloseable {
    private static final Pattern SEPARATOR = Pattern.compile("/");
    private static final int MESSAGE_BYTES = 65_536;

    /** One question to the other cluster. */
    private interface Question {
        int ask() throws IOException;
    }

    private final ScspClient client;
    private final ObjectStore store;
    private final HostPort node;
    private final String cluster;

    RemoteCluster(ScspClient client, ObjectStore store, HostPort node, String cluster) {
        this.client = client;
        this.store = store;
        this.node = node;
        this.cluster = cluster;
    }

    /** Pushes an object and returns the code of the result (SCSP section 7.4). */
    int push(String key) {
        return coded(() -> {
            try (ObjectStore.StoredObject object = store.open(key).orElse(null)) {
                return object == null ? 404 : push(object);
            }
        });
    }

    private static int coded(Question question) {
        try {
            return question.ask();
        } catch (ScspException e) {
            return e.outcome() == ScspOutcome.UNREACHABLE ? 503 : 502;
        } catch (TargetRefusedException e) {
            return 502;
        } catch (InterruptedIOException e) {
            return 504;
        } catch (CorruptObjectException e) {
            return 500;
        } catch (IOException e) {
            return 502;
        }
    }

    private int push(ObjectStore.StoredObject object) throws IOException {
        ObjectInfo info = object.info();
        if (!isRightCluster()) {
            return 412;
        }
        String target = target(info.key(), info.kind() == ObjectKind.ALIAS);
        try (ScspAnswer there = client.call(node, ScspRequest.of("HEAD", target))) {
            there.read(0);
            if (there.status() == 200) {
                if (info.kind() == ObjectKind.IMMUTABLE || version(there) >= info.version()) {
                    return 409;
                }
            } else if (there.status() != 404) {
                return there.status();
            }
        }
        // Nothing damaged leaves this node, and the other one checks what arrives.
        MessageDigest sha = Hashes.of("SHA-256");
        Optional<MessageDigest> ownMd5 = info.md5().isEmpty() ? Optional.of(Hashes.of("MD5")) : Optional.empty();
        ObjectContent.digest(object, ownMd5.isPresent() ? List.of(sha, ownMd5.get()) : List.of(sha));
        if (!HexFormat.of().formatHex(sha.digest()).equals(info.sha256())) {
            return 500;
        }
        String md5 = ownMd5.map(hash -> ObjectContent.base64(hash.digest())).orElse(info.md5());
        List<ObjectHeader> headers = new ArrayList<>(info.headers());
        headers.add(new ObjectHeader("Content-MD5", md5));
        headers.add(new ObjectHeader("Castor-System-Version", ScspText.version(info.version())));
        headers.add(new ObjectHeader("ETag", "\"" + info.etag() + "\""));
        try (ScspAnswer answer =
                client.call(node, new ScspRequest("POST", target, headers, Optional.of(new ObjectBody(object))))) {
            answer.read(MESSAGE_BYTES);
            return answer.status();
        }
    }

    private boolean isRightCluster() throws IOException {
        try (ScspAnswer status = client.call(node, ScspRequest.of("HEAD", "/"))) {
            status.read(0);
            return status.header("castor-system-cluster").orElse(cluster).equals(cluster);
        }
    }

    /** Makes the domain and the bucket of an object at the destination. */
    void pushContexts(String key) throws IOException {
        String[] parts = SEPARATOR.split(key, 4);
        String domain = ScspText.percentEncode(parts[1]);
        String bucket = ScspText.percentEncode(parts[2]);
        for (String path : List.of("/?domain=" + domain, "/" + bucket + "?domain=" + domain)) {
            boolean isDomain = path.startsWith("/?");
            try (ScspAnswer there = client.call(node, ScspRequest.of("HEAD", isDomain ? path : path + "&admin"))) {
                there.read(0);
                if (there.status() == 200 && !isDomain) {
                    continue;
                }
            }
            try (ScspAnswer made = client.call(
                    node,
                    ScspRequest.of("POST", path + "&admin")
                            .with("Content-Type", "application/castorcontext")
                            .with("If-None-Match", "*")
                            .with(ScspBody.of(new byte[0])))) {
                made.read(MESSAGE_BYTES);
            }
        }
    }

    /** Deletes there what was deleted here, unless it was written again since. */
    int delete(String key, long deletedVersion) {
        return coded(() -> {
            if (!isRightCluster()) {
                return 412;
            }
            int code = deleteAt(target(key, false), deletedVersion);
            // Old clusters want to be told that it is an alias.
            return code == 403 ? deleteAt(target(key, true), deletedVersion) : code;
        });
    }

    private int deleteAt(String target, long deletedVersion) throws IOException {
        String tag;
        try (ScspAnswer there = client.call(node, ScspRequest.of("HEAD", target))) {
            there.read(0);
            if (there.status() != 200) {
                // Without its domain or bucket it is not there either.
                return there.status() == 412 || there.status() == 404 ? 200 : there.status();
            }
            if (version(there) > deletedVersion) {
                return 409;
            }
            tag = there.header("etag").orElse("*");
        }
        try (ScspAnswer deleted =
                client.call(node, ScspRequest.of("DELETE", target).with("If-Match", tag))) {
            deleted.read(MESSAGE_BYTES);
            return deleted.status() == 412 || deleted.status() == 404 ? 503 : deleted.status();
        }
    }

    /** Replaces damaged content by the good copy of the other cluster; false if that has none. */
    boolean repair(ObjectInfo info) throws IOException {
        MessageDigest sha = Hashes.of("SHA-256");
        try (ScspAnswer answer =
                        client.call(node, ScspRequest.of("GET", target(info.key(), info.kind() == ObjectKind.ALIAS)));
                ObjectStore.Sink sink = store.begin()) {
            if (answer.status() != 200) {
                return false;
            }
            long length = answer.readTo(new OutputStream() {
                @Override
                public void write(int octet) throws IOException {
                    write(new byte[] {(byte) octet}, 0, 1);
                }

                @Override
                public void write(byte[] octets, int offset, int count) throws IOException {
                    sha.update(octets, offset, count);
                    sink.write(ByteBuffer.wrap(octets, offset, count));
                }
            });
            return length == info.length()
                    && HexFormat.of().formatHex(sha.digest()).equals(info.sha256())
                    && sink.commit(info, current -> current.equals(Optional.of(info)));
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private static long version(ScspAnswer answer) {
        return answer.header("castor-system-version")
                .flatMap(ScspText::parseVersion)
                .or(() -> answer.header("last-modified").flatMap(ScspText::parseDate))
                .orElse(0L);
    }

    private static String target(String key, boolean alias) {
        if (key.startsWith("n/")) {
            String[] parts = SEPARATOR.split(key, 3);
            return "/" + ScspText.percentEncode(parts[2]) + "?domain=" + ScspText.percentEncode(parts[1]) + "&admin";
        }
        return "/" + key.substring(2) + (alias ? "?admin&alias=yes" : "?admin");
    }

    private record ObjectBody(ObjectStore.StoredObject object) implements ScspBody {
        @Override
        public long length() {
            return object.info().length();
        }

        @Override
        public InputStream open() {
            return new InputStream() {
                private long position;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    if (length == 0) {
                        return 0;
                    }
                    int count = object.read(position, ByteBuffer.wrap(target, offset, length));
                    position += Math.max(0, count);
                    return count;
                }
            };
        }
    }
}
