package io.mirror.replica.scsp;

import io.mirror.core.access.Secret;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Moves one object to another cluster with documented operations only (SCSP section 7.3). */
final class Pusher {
    private static final Pattern LIST_SEPARATOR = Pattern.compile("/");

    private final ObjectStore store;
    private final EventLoopGroup group;
    private final Set<HostPort> targets;
    private final boolean anyTarget;

    Pusher(ObjectStore store, EventLoopGroup group, Set<HostPort> targets, boolean anyTarget) {
        this.store = store;
        this.group = group;
        this.targets = targets;
        this.anyTarget = anyTarget;
    }

    /** Returns the code of the result (SCSP section 7.4). */
    int push(String key, HostPort destination, String cluster, String user, Secret password) {
        ScspClient.Builder options = ScspClient.builder()
                .eventLoopGroup(group)
                .credentials(user, password)
                .trustedRedirect(destination)
                .trustAllRedirects(anyTarget);
        targets.forEach(options::trustedRedirect);
        try (ScspClient client = options.build();
                ObjectStore.StoredObject object = store.open(key).orElse(null)) {
            return object == null ? 404 : push(client, object, destination, cluster);
        } catch (ScspException e) {
            return e.outcome() == ScspOutcome.UNREACHABLE ? 503 : 502;
        } catch (InterruptedIOException e) {
            return 504;
        } catch (IOException e) {
            return 502;
        }
    }

    private int push(ScspClient client, ObjectStore.StoredObject object, HostPort destination, String cluster)
            throws IOException {
        ObjectInfo info = object.info();
        try (ScspAnswer status = client.call(destination, ScspRequest.of("HEAD", "/"))) {
            status.read(0);
            if (!status.header("castor-system-cluster").orElse(cluster).equals(cluster)) {
                return 412;
            }
        }
        String target = target(info);
        try (ScspAnswer there = client.call(destination, ScspRequest.of("HEAD", target))) {
            there.read(0);
            if (there.status() == 200) {
                long version = there.header("castor-system-version")
                        .flatMap(ScspText::parseVersion)
                        .or(() -> there.header("last-modified").flatMap(ScspText::parseDate))
                        .orElse(0L);
                if (info.kind() == ObjectKind.IMMUTABLE || version >= info.version()) {
                    return 409;
                }
            } else if (there.status() != 404) {
                return there.status();
            }
        }
        // Nothing damaged leaves this node, and the other one checks what arrives.
        if (!ObjectRequests.digest(object, "SHA-256").equals(info.sha256())) {
            return 500;
        }
        String md5 = info.md5().isEmpty()
                ? Base64.getEncoder().encodeToString(HexFormat.of().parseHex(ObjectRequests.digest(object, "MD5")))
                : info.md5();
        List<ObjectHeader> headers = new ArrayList<>(info.headers());
        headers.add(new ObjectHeader("Content-MD5", md5));
        headers.add(new ObjectHeader("Castor-System-Version", ScspText.version(info.version())));
        headers.add(new ObjectHeader("ETag", "\"" + info.etag() + "\""));
        try (ScspAnswer answer = client.call(
                destination, new ScspRequest("POST", target, headers, Optional.of(new ObjectBody(object))))) {
            answer.read(65_536);
            return answer.status();
        }
    }

    /** Makes the domain and the bucket of an object at the destination. */
    void pushContexts(String key, HostPort destination, String user, Secret password) throws IOException {
        String[] parts = LIST_SEPARATOR.split(key, 4);
        try (ScspClient client = ScspClient.builder()
                .eventLoopGroup(group)
                .credentials(user, password)
                .trustedRedirect(destination)
                .build()) {
            String domain = ScspText.percentEncode(parts[1]);
            String bucket = ScspText.percentEncode(parts[2]);
            for (String path : List.of("/?domain=" + domain, "/" + bucket + "?domain=" + domain)) {
                String absent = path.startsWith("/?") ? path : path + "&admin";
                try (ScspAnswer there = client.call(destination, ScspRequest.of("HEAD", absent))) {
                    there.read(0);
                    if (there.status() == 200 && !path.startsWith("/?")) {
                        continue;
                    }
                }
                try (ScspAnswer made = client.call(
                        destination,
                        ScspRequest.of("POST", path + "&admin")
                                .with("Content-Type", "application/castorcontext")
                                .with("If-None-Match", "*")
                                .with(ScspBody.of(new byte[0])))) {
                    made.read(65_536);
                }
            }
        }
    }

    private static String target(ObjectInfo info) {
        if (info.kind() == ObjectKind.NAMED) {
            String[] parts = LIST_SEPARATOR.split(info.key(), 3);
            return "/" + ScspText.percentEncode(parts[2]) + "?domain=" + ScspText.percentEncode(parts[1]) + "&admin";
        }
        return "/" + info.key().substring(2) + (info.kind() == ObjectKind.ALIAS ? "?admin&alias=yes" : "?admin");
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
