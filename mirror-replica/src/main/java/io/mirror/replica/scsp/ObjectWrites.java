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

/** POST, PUT, COPY and APPEND (SCSP sections 5.2, 5.4 to 5.7, 5.9). */
final class ObjectWrites {
    private static final String CONTEXT_TYPE = "application/castorcontext";

    /**
     * One write.
     *
     * @param old what is known of the key, deletions included
     * @param present the object that is replaced
     * @param fresh the object as it will be, without content
     */
    private record Write(Optional<ObjectInfo> old, Optional<ObjectInfo> present, ObjectInfo fresh) {
        boolean isUnchanged(Optional<ObjectInfo> current) {
            return current.equals(old);
        }
    }

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
        ObjectInfo fresh = fresh(exchange, key, present, pushed, admin.isPresent());
        store(exchange, new Write(old, present, fresh));
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

    private void store(Exchange exchange, Write write) throws RequestException, IOException {
        Optional<MessageDigest> seal = ObjectContent.seal(exchange.target(), "hashtype");
        Optional<String> newName = exchange.target().argument("newname");
        if (newName.isPresent() && newName.get().isEmpty()) {
            throw new RequestException(400, "InvalidArgument", "newname is empty");
        }
        ObjectInfo info = exchange.method().equals("COPY") ? copy(exchange, write) : receive(exchange, write, seal);
        if (newName.isPresent() && info.kind() == ObjectKind.NAMED) {
            info = rename(info, newName.get());
        }
        created(exchange, info, seal);
    }

    /** The object as it will be, still without content. */
    private ObjectInfo fresh(
            Exchange exchange, String key, Optional<ObjectInfo> present, Optional<Long> pushed, boolean admin) {
        RequestTarget target = exchange.target();
        HeaderView headers = exchange.headers();
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
        List<ObjectHeader> kept = headers.kept();
        if (present.isPresent() && exchange.method().equals("APPEND")) {
            kept = present.get().headers();
        } else if (present.isPresent() && target.flag("preserve")) {
            kept = headers.merged(present.get().headers());
        }
        return new ObjectInfo(key, kind, etag, version, settings.cluster(), 0, "", "", kept);
    }

    private ObjectInfo copy(Exchange exchange, Write write) throws RequestException, IOException {
        ObjectInfo before = write.present().orElseThrow();
        String md5 = before.md5();
        Optional<String> claimed = exchange.headers().first("content-md5");
        if (claimed.isPresent()) {
            try (ObjectStore.StoredObject object = open(before.key())) {
                md5 = ObjectContent.base64(HexFormat.of().parseHex(ObjectContent.digest(object, "MD5")));
            }
            if (!md5.equals(claimed.get())) {
                throw new RequestException(400, "ContentMd5Mismatch", "Content-MD5 is not that of the content");
            }
        }
        ObjectInfo copied =
                write.fresh().withContent(before.length(), before.sha256()).withMd5(md5);
        if (!feeds.write(copied.key(), () -> settings.store().replace(copied, write::isUnchanged))) {
            throw conflict();
        }
        return copied;
    }

    private ObjectInfo receive(Exchange exchange, Write write, Optional<MessageDigest> seal)
            throws RequestException, IOException {
        boolean append = exchange.method().equals("APPEND");
        Optional<MessageDigest> md5 = !append && wantsMd5(exchange) ? Optional.of(Hashes.of("MD5")) : Optional.empty();
        try (ObjectStore.Sink sink = settings.store().begin()) {
            HashedContent content = new HashedContent(sink, md5, seal);
            if (append) {
                try (ObjectStore.StoredObject before = open(write.fresh().key())) {
                    reads.check(before);
                    ObjectContent.copy(before, content);
                }
            }
            exchange.readBody(content);
            String computed =
                    md5.map(hash -> ObjectContent.base64(hash.digest())).orElse("");
            Optional<String> claimed =
                    exchange.headers().first("content-md5").or(() -> exchange.trailer("content-md5"));
            if (md5.isPresent() && claimed.isPresent() && !claimed.get().trim().equals(computed)) {
                throw RequestException.closing(400, "ContentMd5Mismatch", "Content-MD5 is not that of the content");
            }
            ObjectInfo whole = write.fresh()
                    .withContent(content.length(), content.sha256())
                    .withMd5(computed);
            if (!feeds.write(whole.key(), () -> sink.commit(whole, write::isUnchanged))) {
                throw conflict();
            }
            return whole;
        } catch (StoreFullException e) {
            throw RequestException.closing(507, "StoreFull", String.valueOf(e.getMessage()));
        }
    }

    private static boolean wantsMd5(Exchange exchange) {
        return exchange.target().flag("gencontentmd5")
                || exchange.headers().first("content-md5").isPresent()
                || exchange.headers()
                        .joined("trailer")
                        .orElse("")
                        .toLowerCase(Locale.ROOT)
                        .contains("content-md5");
    }

    private ObjectStore.StoredObject open(String key) throws RequestException, IOException {
        return settings.store().open(key).orElseThrow(ObjectWrites::conflict);
    }

    private ObjectInfo rename(ObjectInfo info, String name) throws IOException, RequestException {
        String[] parts = info.key().split("/", 4);
        String key = "n/" + parts[1] + "/" + parts[2] + "/" + name;
        if (key.equals(info.key())) {
            return info;
        }
        ObjectInfo renamed = info.withKey(key);
        try (ObjectStore.StoredObject object = open(info.key());
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
        settings.store().volume().ifPresent(volume -> headers.add(new ObjectHeader("Volume", volume)));
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
