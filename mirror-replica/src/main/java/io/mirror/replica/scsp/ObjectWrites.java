package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** POST, PUT, COPY and APPEND (SCSP sections 5.2, 5.4 to 5.7, 5.9). */
final class ObjectWrites {
    private static final String CONTEXT_TYPE = "application/castorcontext";

    private final NodeSettings settings;
    private final ObjectAddresses addresses;
    private final ObjectReads reads;
    private final FeedQueue feeds;

    ObjectWrites(NodeSettings settings, ObjectAddresses addresses, ObjectReads reads, FeedQueue feeds) {
        this.settings = settings;
        this.addresses = addresses;
        this.reads = reads;
        this.feeds = feeds;
    }

    void write(Exchange exchange, Optional<String> admin) throws RequestException, IOException {
        RequestTarget target = exchange.target();
        String method = exchange.method();
        boolean hasTarget = !target.segments().isEmpty();
        if (method.equals("COPY")) {
            if (exchange.hasBody()) {
                throw RequestException.closing(400, "UnexpectedBody", "COPY has no body");
            }
        } else if (!exchange.announcesBody()) {
            throw new RequestException(411, "LengthRequired", "the body needs Content-Length or chunks");
        }
        if (method.equals("APPEND") && target.flag("gencontentmd5")) {
            throw new RequestException(400, "InvalidArgument", "gencontentmd5 cannot be used with APPEND");
        }
        if (method.equals("POST")
                && exchange.headers().first("content-type").orElse("").startsWith(CONTEXT_TYPE)) {
            createContext(exchange, admin);
            return;
        }
        if (!hasTarget && !method.equals("POST")) {
            throw new RequestException(400, "InvalidTarget", method + " needs the address of an object");
        }
        boolean given = target.isUuid() && method.equals("POST");
        if (given && admin.isEmpty()) {
            throw new RequestException(400, "AdminRequired", "a given identifier needs the argument admin");
        }
        String key = hasTarget ? addresses.key(exchange) : "u/" + ObjectAddresses.newId();
        if (key.startsWith("c/")) {
            throw new RequestException(400, "InvalidContext", "a bucket needs Content-Type " + CONTEXT_TYPE);
        }
        Optional<ObjectInfo> old = settings.store().info(key);
        Optional<ObjectInfo> present = old.filter(info -> info.kind() != ObjectKind.DELETED);
        Optional<Long> pushed = admin.isPresent()
                ? exchange.headers().first("castor-system-version").flatMap(ScspText::parseVersion)
                : Optional.empty();
        if (method.equals("POST")) {
            judgePost(given, old, present, pushed);
        } else {
            if (present.isEmpty() && !(method.equals("PUT") && key.startsWith("n/") && target.flag("putcreate"))) {
                throw new RequestException(404, "ObjectNotFound", "no such object");
            }
            if (present.isPresent() && present.get().kind() == ObjectKind.IMMUTABLE) {
                throw new RequestException(403, "ImmutableObject", "the object cannot be changed");
            }
        }
        Conditions.forWrite(exchange.headers(), present);
        store(exchange, key, old, present, pushed, admin.isPresent());
    }

    private static void judgePost(
            boolean given, Optional<ObjectInfo> old, Optional<ObjectInfo> present, Optional<Long> pushed)
            throws RequestException {
        if (given && old.isPresent()) {
            boolean newer = present.isPresent()
                    && present.get().kind() == ObjectKind.ALIAS
                    && pushed.isPresent()
                    && pushed.get() > present.get().version();
            if (!newer) {
                throw new RequestException(409, "VersionConflict", "an equal or later version exists");
            }
        }
        if (!given
                && pushed.isPresent()
                && present.isPresent()
                && pushed.get() <= present.get().version()) {
            throw new RequestException(409, "VersionConflict", "an equal or later version exists");
        }
    }

    private void store(
            Exchange exchange,
            String key,
            Optional<ObjectInfo> old,
            Optional<ObjectInfo> present,
            Optional<Long> pushed,
            boolean admin)
            throws RequestException, IOException {
        RequestTarget target = exchange.target();
        HeaderView headers = exchange.headers();
        String method = exchange.method();
        Optional<MessageDigest> seal = ObjectContent.seal(target, "hashtype");
        ObjectKind kind = key.startsWith("n/")
                ? ObjectKind.NAMED
                : present.map(ObjectInfo::kind).orElse(target.flag("alias") ? ObjectKind.ALIAS : ObjectKind.IMMUTABLE);
        long version = pushed.orElseGet(() -> Math.max(
                settings.clock().millis(),
                present.map(info -> info.version() + 1).orElse(0L)));
        String etag = kind == ObjectKind.IMMUTABLE ? key.substring(2) : ObjectAddresses.newId();
        Optional<String> givenTag = admin ? headers.first("etag") : Optional.empty();
        if (kind != ObjectKind.IMMUTABLE
                && givenTag.isPresent()
                && givenTag.get().matches("\"[0-9A-Fa-f]{32}\"")) {
            etag = givenTag.get().substring(1, 33);
        }
        boolean append = method.equals("APPEND");
        List<ObjectHeader> kept = append
                ? present.orElseThrow().headers()
                : target.flag("preserve") && present.isPresent()
                        ? headers.merged(present.get().headers())
                        : headers.kept();
        MessageDigest sha = Hashes.of("SHA-256");
        MessageDigest md5 = Hashes.of("MD5");
        boolean wantsMd5 = !append
                && (target.flag("gencontentmd5")
                        || headers.first("content-md5").isPresent()
                        || headers.joined("trailer")
                                .orElse("")
                                .toLowerCase(Locale.ROOT)
                                .contains("content-md5"));
        Predicate<Optional<ObjectInfo>> unchanged = current -> current.equals(old);
        ObjectInfo info = new ObjectInfo(key, kind, etag, version, settings.cluster(), 0, "", "", kept);
        if (method.equals("COPY")) {
            ObjectInfo before = present.orElseThrow();
            Optional<String> claimed = headers.first("content-md5");
            String stored = before.md5();
            if (claimed.isPresent()) {
                try (ObjectStore.StoredObject object =
                        settings.store().open(key).orElseThrow(() -> conflict())) {
                    stored = ObjectContent.base64(HexFormat.of().parseHex(ObjectContent.digest(object, "MD5")));
                }
                if (!stored.equals(claimed.get())) {
                    throw new RequestException(400, "ContentMd5Mismatch", "Content-MD5 is not that of the content");
                }
            }
            ObjectInfo copied =
                    info.withContent(before.length(), before.sha256()).withMd5(stored);
            info = copied;
            if (!feeds.write(key, () -> settings.store().replace(copied, unchanged))) {
                throw conflict();
            }
        } else {
            try (ObjectStore.Sink sink = settings.store().begin()) {
                long[] length = new long[1];
                Exchange.BodySink body = piece -> {
                    length[0] += piece.remaining();
                    sha.update(piece.duplicate());
                    if (wantsMd5) {
                        md5.update(piece.duplicate());
                    }
                    if (seal.isPresent()) {
                        seal.get().update(piece.duplicate());
                    }
                    sink.write(piece);
                };
                if (append) {
                    try (ObjectStore.StoredObject before =
                            settings.store().open(key).orElseThrow(() -> conflict())) {
                        reads.check(before);
                        ObjectContent.copy(before, body);
                    }
                }
                exchange.readBody(body);
                String computed = wantsMd5 ? ObjectContent.base64(md5.digest()) : "";
                Optional<String> claimed = headers.first("content-md5").or(() -> exchange.trailer("content-md5"));
                if (wantsMd5 && claimed.isPresent() && !claimed.get().trim().equals(computed)) {
                    throw RequestException.closing(400, "ContentMd5Mismatch", "Content-MD5 is not that of the content");
                }
                ObjectInfo whole = info.withContent(length[0], HexFormat.of().formatHex(sha.digest()))
                        .withMd5(append ? "" : computed);
                info = whole;
                if (!feeds.write(key, () -> sink.commit(whole, unchanged))) {
                    throw conflict();
                }
            } catch (StoreFullException e) {
                throw RequestException.closing(507, "StoreFull", String.valueOf(e.getMessage()));
            }
        }
        Optional<String> newName = target.argument("newname");
        if (newName.isPresent() && kind == ObjectKind.NAMED) {
            info = rename(info, newName.get());
        }
        created(exchange, info, seal);
    }

    private ObjectInfo rename(ObjectInfo info, String name) throws IOException, RequestException {
        String[] parts = info.key().split("/", 4);
        String key = "n/" + parts[1] + "/" + parts[2] + "/" + name;
        ObjectInfo renamed = new ObjectInfo(
                key,
                info.kind(),
                info.etag(),
                info.version(),
                info.cluster(),
                info.length(),
                info.sha256(),
                info.md5(),
                info.headers());
        try (ObjectStore.StoredObject object = settings.store().open(info.key()).orElseThrow(() -> conflict());
                ObjectStore.Sink sink = settings.store().begin()) {
            ObjectContent.copy(object, sink::write);
            if (!feeds.write(key, () -> sink.commit(renamed, any -> true))) {
                throw conflict();
            }
        }
        feeds.delete(
                info.key(), info.version(), () -> settings.store().delete(info.key(), current -> current.equals(info)));
        return renamed;
    }

    void created(Exchange exchange, ObjectInfo info, Optional<MessageDigest> seal) throws IOException {
        List<ObjectHeader> headers = new ArrayList<>();
        String location = addresses.location(exchange, info.key());
        if (seal.isPresent()) {
            location += ReadSeal.arguments(
                    exchange.target().argument("hashtype").orElseThrow(),
                    seal.get().digest());
        }
        headers.add(new ObjectHeader("Location", location));
        if (info.key().startsWith("u/")) {
            headers.add(new ObjectHeader("Content-UUID", info.key().substring(2)));
        }
        if (info.kind() == ObjectKind.ALIAS) {
            headers.add(new ObjectHeader("Castor-System-Alias", info.key().substring(2)));
        }
        headers.add(new ObjectHeader("ETag", "\"" + info.etag() + "\""));
        headers.add(new ObjectHeader("Last-Modified", ScspText.date(info.version())));
        headers.add(new ObjectHeader("Castor-System-Version", ScspText.version(info.version())));
        headers.add(new ObjectHeader("Castor-System-Cluster", info.cluster()));
        headers.add(new ObjectHeader("Replica-Count", "1"));
        if (!info.md5().isEmpty()) {
            headers.add(new ObjectHeader("Content-MD5", info.md5()));
        }
        byte[] body = "<html><body>New stream created</body></html>\n".getBytes(StandardCharsets.UTF_8);
        exchange.answer(201, headers, "text/html", body, false);
    }

    private void createContext(Exchange exchange, Optional<String> admin) throws RequestException, IOException {
        String key = addresses.key(exchange);
        if (exchange.target().segments().isEmpty() && admin.isEmpty()) {
            throw new RequestException(400, "AdminRequired", "a domain needs the argument admin");
        }
        if (!key.startsWith("c/")) {
            throw new RequestException(400, "InvalidContext", "the address is not that of a domain or bucket");
        }
        exchange.readBody(piece -> piece.position(piece.limit()));
        created(exchange, makeContext(settings, key, exchange.headers().kept()), Optional.empty());
    }

    static ObjectInfo makeContext(NodeSettings settings, String key, List<ObjectHeader> headers) throws IOException {
        ObjectInfo info = new ObjectInfo(
                key,
                ObjectKind.CONTEXT,
                ObjectAddresses.newId(),
                settings.clock().millis(),
                settings.cluster(),
                0,
                HexFormat.of().formatHex(Hashes.of("SHA-256").digest()),
                "",
                headers);
        try (ObjectStore.Sink sink = settings.store().begin()) {
            sink.commit(info, any -> true);
        }
        return info;
    }

    static RequestException conflict() {
        return new RequestException(409, "VersionConflict", "the object was changed at the same time");
    }
}
