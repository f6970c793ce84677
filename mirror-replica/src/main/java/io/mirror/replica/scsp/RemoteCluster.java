package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
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
import java.util.function.IntConsumer;
import java.util.regex.Pattern;

/** Moves objects to and from another cluster with documented operations only (SCSP section 7.3). */
final class RemoteCluster implements AutoCloseable {
    private static final Pattern SEPARATOR = Pattern.compile("/");
    private static final int MESSAGE_BYTES = 65_536;

    /** One question to the other cluster. */
    private interface Question {
        Moved ask() throws IOException;
    }

    private final ScspClient client;
    private final ObjectStore store;
    private final HostPort node;
    private final String cluster;
    private final IntConsumer sent;

    /** A way to a cluster by one of its nodes; {@code sent} is told how many bytes of content go there. */
    RemoteCluster(ScspClient client, ObjectStore store, HostPort node, String cluster, IntConsumer sent) {
        this.client = client;
        this.store = store;
        this.node = node;
        this.cluster = cluster;
        this.sent = sent;
    }

    /** Pushes an object, and its domain and bucket before it if they are missing there. */
    Moved pushWithContexts(String key, boolean answerWasLost) {
        Moved moved = push(key, answerWasLost);
        if (moved.code() != 412 || !key.startsWith("n/")) {
            return moved;
        }
        Moved contexts = coded(() -> {
            if (!isRightCluster()) {
                return Moved.with(412);
            }
            pushContexts(key);
            return Moved.with(201);
        });
        return contexts.isDone() ? push(key, answerWasLost) : contexts;
    }

    /**
     * Pushes an object (SCSP section 7.3).
     *
     * @param answerWasLost whether an attempt before may have succeeded; then 409 alone does not tell that it has
     */
    Moved push(String key, boolean answerWasLost) {
        return coded(() -> {
            try (ObjectStore.StoredObject object = store.open(key).orElse(null)) {
                return object == null ? Moved.with(404) : push(object, answerWasLost);
            }
        });
    }

    private static Moved coded(Question question) {
        try {
            return question.ask();
        } catch (IOException e) {
            return Moved.with(code(e));
        }
    }

    private static int code(IOException problem) {
        if (problem instanceof ScspException e) {
            return e.outcome() == ScspOutcome.UNREACHABLE ? 503 : 502;
        }
        if (problem instanceof InterruptedIOException) {
            return 504;
        }
        return problem instanceof CorruptObjectException ? 500 : 502;
    }

    private Moved push(ObjectStore.StoredObject object, boolean answerWasLost) throws IOException {
        ObjectInfo info = object.info();
        if (!isRightCluster()) {
            return Moved.with(412);
        }
        String target = target(info.key(), info.kind() == ObjectKind.ALIAS);
        RemoteObject there = head(target);
        boolean present = there.exists() && there.isAtLeast(info);
        if (present && !answerWasLost) {
            return Moved.with(409);
        }
        if (!there.exists() && there.status() != 404) {
            return Moved.with(there.status());
        }
        // Nothing damaged leaves this node, and the other one checks what arrives.
        MessageDigest sha = Hashes.of("SHA-256");
        Optional<MessageDigest> ownMd5 = info.md5().isEmpty() ? Optional.of(Hashes.of("MD5")) : Optional.empty();
        ObjectContent.digest(object, ownMd5.isPresent() ? List.of(sha, ownMd5.get()) : List.of(sha));
        if (!HexFormat.of().formatHex(sha.digest()).equals(info.sha256())) {
            return Moved.with(500);
        }
        String md5 = ownMd5.map(hash -> ObjectContent.base64(hash.digest())).orElse(info.md5());
        if (present) {
            return alreadyThere(there, info, md5);
        }
        Moved posted = post(object, target, md5);
        return posted.code() == 409 && answerWasLost ? alreadyThere(head(target), info, md5) : posted;
    }

    private static Moved alreadyThere(RemoteObject there, ObjectInfo info, String md5) {
        return new Moved(409, false, !there.exists() || !there.hasContentOf(info, md5), 0);
    }

    private Moved post(ObjectStore.StoredObject object, String target, String md5) {
        ObjectInfo info = object.info();
        List<ObjectHeader> headers = new ArrayList<>(info.headers());
        headers.add(new ObjectHeader("Content-MD5", md5));
        headers.add(new ObjectHeader("Castor-System-Version", ScspText.version(info.version())));
        headers.add(new ObjectHeader("ETag", "\"" + info.etag() + "\""));
        ScspRequest request = new ScspRequest("POST", target, headers, Optional.of(new ObjectBody(object, sent)));
        try (ScspAnswer answer = client.call(node, request)) {
            answer.read(MESSAGE_BYTES);
            return Moved.answered(answer);
        } catch (IOException e) {
            return Moved.with(code(e)).withoutAnswer();
        }
    }

    /** Asks what the other cluster knows about an object. */
    RemoteObject head(ObjectInfo info) throws IOException {
        return head(target(info.key(), info.kind() == ObjectKind.ALIAS));
    }

    private RemoteObject head(String target) throws IOException {
        try (ScspAnswer there = client.call(node, ScspRequest.of("HEAD", target))) {
            there.read(0);
            return RemoteObject.of(there);
        }
    }

    private boolean isRightCluster() throws IOException {
        try (ScspAnswer status = client.call(node, ScspRequest.of("HEAD", "/"))) {
            status.read(0);
            return status.header("castor-system-cluster").orElse(cluster).equals(cluster);
        }
    }

    /** Makes the domain and the bucket of an object at the destination. */
    private void pushContexts(String key) throws IOException {
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
    Moved delete(String key, long deletedVersion) {
        return coded(() -> {
            if (!isRightCluster()) {
                return Moved.with(412);
            }
            Moved moved = deleteAt(target(key, false), deletedVersion);
            // Old clusters want to be told that it is an alias.
            return moved.code() == 403 ? deleteAt(target(key, true), deletedVersion) : moved;
        });
    }

    private Moved deleteAt(String target, long deletedVersion) throws IOException {
        RemoteObject there = head(target);
        if (!there.exists()) {
            // Without its domain or bucket it is not there either.
            return Moved.with(there.status() == 412 || there.status() == 404 ? 200 : there.status());
        }
        if (there.version() > deletedVersion) {
            return Moved.with(409);
        }
        String tag = there.tag().isEmpty() ? "*" : there.tag();
        try (ScspAnswer deleted =
                client.call(node, ScspRequest.of("DELETE", target).with("If-Match", tag))) {
            deleted.read(MESSAGE_BYTES);
            return deleted.status() == 412 || deleted.status() == 404 ? Moved.with(503) : Moved.answered(deleted);
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

    private static String target(String key, boolean alias) {
        if (key.startsWith("n/")) {
            String[] parts = SEPARATOR.split(key, 3);
            return "/" + ScspText.percentEncode(parts[2]) + "?domain=" + ScspText.percentEncode(parts[1]) + "&admin";
        }
        return "/" + key.substring(2) + (alias ? "?admin&alias=yes" : "?admin");
    }

    private record ObjectBody(ObjectStore.StoredObject object, IntConsumer sent) implements ScspBody {
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
                    sent.accept(Math.max(0, count));
                    return count;
                }
            };
        }
    }
}
