package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Reads and writes of objects (SCSP sections 5 and 6). */
final class ObjectRequests {
    private static final Logger LOG = System.getLogger(ObjectRequests.class.getName());
    private static final Map<String, String> HASHES =
            Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha384", "SHA-384", "sha512", "SHA-512");
    private static final String CONTEXT_TYPE = "application/castorcontext";
    private static final int CHECKED_FIRST = 1 << 20;

    private final NodeSettings settings;
    private final FeedQueue feeds;

    ObjectRequests(NodeSettings settings, FeedQueue feeds) {
        this.settings = settings;
        this.feeds = feeds;
    }

    /** The key of the object that a target names, or of the context. */
    String key(Exchange exchange) throws RequestException, IOException {
        RequestTarget target = exchange.target();
        if (target.isUuid()) {
            return "u/" + target.segments().get(0).toLowerCase(Locale.ROOT);
        }
        String domain = domain(exchange);
        if (target.segments().isEmpty()) {
            return "c/" + domain;
        }
        String bucket = target.segments().get(0);
        boolean isContext = target.segments().size() == 1;
        requireContext("c/" + domain);
        if (isContext) {
            return "c/" + domain + "/" + bucket;
        }
        requireContext("c/" + domain + "/" + bucket);
        return "n/" + domain + "/" + bucket + "/" + target.segments().get(1);
    }

    private void requireContext(String key) throws RequestException, IOException {
        if (settings.store().info(key).isEmpty()) {
            throw new RequestException(412, "RequiresContext2", "the domain or bucket does not exist");
        }
    }

    private String domain(Exchange exchange) throws IOException {
        Optional<String> argument = exchange.target().argument("domain");
        if (argument.isPresent() && !argument.get().equals("true")) {
            return argument.get().toLowerCase(Locale.ROOT);
        }
        String host = exchange.target()
                .authority()
                .or(() -> exchange.headers().first("host"))
                .orElse("");
        String name = host.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
        return settings.store().info("c/" + name).isPresent() ? name : settings.defaultDomain();
    }

    ObjectStore.StoredObject open(Exchange exchange, String key) throws RequestException, IOException {
        ObjectStore.StoredObject object = settings.store()
                .open(key)
                .orElseThrow(() -> new RequestException(404, "ObjectNotFound", "no such object"));
        ObjectInfo info = object.info();
        boolean good = false;
        try {
            Optional<Lifepoints.Point> life =
                    Lifepoints.inForce(info, settings.clock().millis());
            if (life.isPresent() && life.get().delete()) {
                settings.store().delete(key, current -> current.equals(info));
                throw new RequestException(404, "ObjectNotFound", "the object's life has ended");
            }
            if (settings.strictAlias()
                    && info.kind() == ObjectKind.ALIAS
                    && !exchange.target().flag("alias")) {
                throw new RequestException(403, "AliasRequired", "the object needs the argument alias");
            }
            good = true;
            return object;
        } finally {
            if (!good) {
                object.close();
            }
        }
    }

    List<ObjectHeader> describe(ObjectInfo info, boolean withMd5) {
        List<ObjectHeader> headers = new ArrayList<>();
        if (info.kind() == ObjectKind.ALIAS) {
            headers.add(new ObjectHeader("Castor-System-Alias", info.key().substring(2)));
        }
        headers.add(new ObjectHeader("Castor-System-Cluster", info.cluster()));
        headers.add(new ObjectHeader("Castor-System-Created", ScspText.date(info.version())));
        headers.add(new ObjectHeader("Castor-System-Version", ScspText.version(info.version())));
        if (info.kind() == ObjectKind.NAMED) {
            String[] parts = info.key().split("/", 4);
            headers.add(new ObjectHeader("Castor-System-Name", escapeControls(parts[3])));
            headers.add(new ObjectHeader("Castor-System-Domain", parts[1]));
            headers.add(new ObjectHeader(
                    "Castor-System-Path", "/" + escapeControls(info.key().substring(2))));
        }
        headers.add(new ObjectHeader("Last-Modified", ScspText.date(info.version())));
        headers.add(new ObjectHeader("ETag", "\"" + info.etag() + "\""));
        if (withMd5 && !info.md5().isEmpty()) {
            headers.add(new ObjectHeader("Content-MD5", info.md5()));
        }
        headers.addAll(info.headers());
        return headers;
    }

    private static String escapeControls(String name) {
        StringBuilder text = new StringBuilder();
        name.chars().forEach(c -> {
            if (c < ' ' || c == 0x7F) {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else {
                text.append((char) c);
            }
        });
        return text.toString();
    }

    void read(Exchange exchange) throws RequestException, IOException {
        RequestTarget target = exchange.target();
        Optional<MessageDigest> seal = seal(target, "hashtype");
        Optional<MessageDigest> newSeal = seal(target, "newhashtype");
        try (ObjectStore.StoredObject object = open(exchange, key(exchange))) {
            ObjectInfo info = object.info();
            if (Conditions.unchanged(exchange.headers(), info, settings.clock().millis())) {
                exchange.answer(
                        304, List.of(new ObjectHeader("ETag", "\"" + info.etag() + "\"")), "", new byte[0], false);
                return;
            }
            boolean sealed = seal.isPresent() && target.argument("hash").isPresent();
            if (exchange.isHead()) {
                HttpResponse head = exchange.head(200, describe(info, true));
                head.headers().set("Content-Length", Long.toString(info.length()));
                exchange.begin(head);
                exchange.end(List.of());
                return;
            }
            Optional<List<ByteRanges.Range>> ranges = sealed ? Optional.empty() : ranges(exchange, info);
            if (info.length() <= CHECKED_FIRST || ranges.isPresent()) {
                check(object);
            }
            if (ranges.isPresent()) {
                new RangeAnswer(settings, this).send(exchange, object, ranges.get());
                return;
            }
            HttpResponse head = exchange.head(200, describe(info, true));
            if (sealed) {
                head.headers().set("Transfer-Encoding", "chunked");
                head.headers().set("Trailer", "Location");
            } else {
                head.headers().set("Content-Length", Long.toString(info.length()));
            }
            exchange.begin(head);
            MessageDigest own = Hashes.of("SHA-256");
            List<MessageDigest> hashes = new ArrayList<>(List.of(own));
            seal.ifPresent(hashes::add);
            newSeal.ifPresent(hashes::add);
            ByteBuffer kept = sendAllButLast(exchange, object, hashes);
            boolean good = HexFormat.of().formatHex(own.digest()).equals(info.sha256());
            if (!good) {
                corrupt(info);
            }
            String sealText = "";
            if (sealed) {
                String hash = HexFormat.of().formatHex(seal.orElseThrow().digest());
                good &= hash.equalsIgnoreCase(target.argument("hash").orElse(""));
                sealText =
                        "hashtype=" + target.argument("hashtype").orElse("").toLowerCase(Locale.ROOT) + "&hash=" + hash;
                if (newSeal.isPresent()) {
                    sealText = "hashtype="
                            + target.argument("newhashtype").orElse("").toLowerCase(Locale.ROOT) + "&hash="
                            + HexFormat.of().formatHex(newSeal.get().digest());
                }
            }
            if (!good) {
                exchange.wire().close();
                return;
            }
            if (kept.hasRemaining()) {
                exchange.wire().sendContent(kept, settings.idleMillis());
            }
            exchange.end(
                    sealed
                            ? List.of(new ObjectHeader("Location", location(exchange, info.key()) + "?" + sealText))
                            : List.of());
        }
    }

    /** Sends the content except its last byte, which waits for the judgement over all of it. */
    private ByteBuffer sendAllButLast(Exchange exchange, ObjectStore.StoredObject object, List<MessageDigest> hashes)
            throws IOException {
        long length = object.info().length();
        ByteBuffer kept = ByteBuffer.allocate(0);
        long position = 0;
        while (position < length) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(4 * HttpWire.CHUNK, length - position));
            readFully(object, position, chunk);
            for (MessageDigest hash : hashes) {
                hash.update(chunk.duplicate());
            }
            position += chunk.remaining();
            if (position == length) {
                kept = chunk.slice(chunk.limit() - 1, 1);
                chunk.limit(chunk.limit() - 1);
            }
            if (chunk.hasRemaining()) {
                exchange.wire().sendContent(chunk, settings.idleMillis());
            }
        }
        return kept;
    }

    static void readFully(ObjectStore.StoredObject object, long position, ByteBuffer chunk) throws IOException {
        while (chunk.hasRemaining()) {
            if (object.read(position + chunk.position(), chunk) < 0) {
                break;
            }
        }
        // Bytes that are missing count as zeros; the seal will not match.
        chunk.clear();
    }

    /** Compares the whole content with its seal before anything is sent. */
    void check(ObjectStore.StoredObject object) throws RequestException, IOException {
        ObjectInfo info = object.info();
        if (!digest(object, "SHA-256").equals(info.sha256())) {
            corrupt(info);
            throw new RequestException(500, "ContentCorrupt", "the content of " + info.key() + " is damaged");
        }
    }

    static String digest(ObjectStore.StoredObject object, String algorithm) throws IOException {
        MessageDigest hash = Hashes.of(algorithm);
        ByteBuffer chunk = ByteBuffer.allocate(HttpWire.CHUNK);
        long position = 0;
        while (position < object.info().length()) {
            chunk.clear();
            int count = object.read(position, chunk);
            if (count < 0) {
                break;
            }
            position += count;
            hash.update(chunk.flip());
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    private static void corrupt(ObjectInfo info) {
        LOG.log(Level.ERROR, "the content of {0} does not match its seal and is not served", info.key());
    }

    private static Optional<List<ByteRanges.Range>> ranges(Exchange exchange, ObjectInfo info) throws RequestException {
        Optional<String> range = exchange.headers().joined("range");
        if (range.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> condition = exchange.headers().first("if-range");
        if (condition.isPresent()) {
            boolean holds = condition.get().indexOf('"') >= 0
                    ? Conditions.matches(condition.get(), Optional.of(info.etag()))
                            .orElse(false)
                    : ScspText.parseDate(condition.get())
                            .map(date -> date >= info.version() / 1000 * 1000)
                            .orElse(false);
            if (!holds) {
                return Optional.empty();
            }
        }
        Optional<List<ByteRanges.Range>> ranges = ByteRanges.parse(range.get(), info.length());
        if (ranges.isPresent() && ranges.get().isEmpty()) {
            throw new RequestException(
                    416,
                    "RangeNotSatisfiable",
                    "no range lies within the object",
                    List.of(new ObjectHeader("Content-Range", "bytes */" + info.length())),
                    false);
        }
        return ranges;
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
        String key = hasTarget ? key(exchange) : "u/" + newId();
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
        Optional<MessageDigest> seal = seal(target, "hashtype");
        ObjectKind kind = key.startsWith("n/")
                ? ObjectKind.NAMED
                : present.map(ObjectInfo::kind).orElse(target.flag("alias") ? ObjectKind.ALIAS : ObjectKind.IMMUTABLE);
        long version = pushed.orElseGet(() -> Math.max(
                settings.clock().millis(),
                present.map(info -> info.version() + 1).orElse(0L)));
        String etag = kind == ObjectKind.IMMUTABLE ? key.substring(2) : newId();
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
        feeds.note(key);
        if (method.equals("COPY")) {
            ObjectInfo before = present.orElseThrow();
            Optional<String> claimed = headers.first("content-md5");
            String stored = before.md5();
            if (claimed.isPresent()) {
                try (ObjectStore.StoredObject object =
                        settings.store().open(key).orElseThrow(() -> conflict())) {
                    stored = base64(HexFormat.of().parseHex(digest(object, "MD5")));
                }
                if (!stored.equals(claimed.get())) {
                    throw new RequestException(400, "ContentMd5Mismatch", "Content-MD5 is not that of the content");
                }
            }
            info = info.withContent(before.length(), before.sha256()).withMd5(stored);
            if (!settings.store().replace(info, unchanged)) {
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
                        check(before);
                        copy(before, body);
                    }
                }
                exchange.readBody(body);
                String computed = wantsMd5 ? base64(md5.digest()) : "";
                Optional<String> claimed = headers.first("content-md5").or(() -> exchange.trailer("content-md5"));
                if (wantsMd5 && claimed.isPresent() && !claimed.get().trim().equals(computed)) {
                    throw RequestException.closing(400, "ContentMd5Mismatch", "Content-MD5 is not that of the content");
                }
                info = info.withContent(length[0], HexFormat.of().formatHex(sha.digest()))
                        .withMd5(append ? "" : computed);
                if (!sink.commit(info, unchanged)) {
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
        feeds.changed(info.key());
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
        feeds.note(key);
        try (ObjectStore.StoredObject object = settings.store().open(info.key()).orElseThrow(() -> conflict());
                ObjectStore.Sink sink = settings.store().begin()) {
            copy(object, sink::write);
            if (!sink.commit(renamed, any -> true)) {
                throw conflict();
            }
        }
        settings.store().delete(info.key(), current -> current.equals(info));
        return renamed;
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

    private void created(Exchange exchange, ObjectInfo info, Optional<MessageDigest> seal) throws IOException {
        List<ObjectHeader> headers = new ArrayList<>();
        String location = location(exchange, info.key());
        if (seal.isPresent()) {
            location += "?hashtype="
                    + exchange.target().argument("hashtype").orElse("").toLowerCase(Locale.ROOT) + "&hash="
                    + HexFormat.of().formatHex(seal.get().digest());
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

    private static String location(Exchange exchange, String key) {
        String host = exchange.target()
                .authority()
                .or(() -> exchange.headers().first("host"))
                .orElse("");
        String path = key.startsWith("n/") || (key.startsWith("c/") && key.indexOf('/', 2) > 0)
                ? key.substring(key.indexOf('/', 2) + 1)
                : key.substring(2);
        return "http://" + host + "/" + ScspText.percentEncode(path);
    }

    private void createContext(Exchange exchange, Optional<String> admin) throws RequestException, IOException {
        String key = key(exchange);
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
                newId(),
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

    void delete(Exchange exchange, Optional<String> admin) throws RequestException, IOException {
        String key = key(exchange);
        if (key.startsWith("c/")) {
            deleteContext(exchange, key);
            return;
        }
        ObjectInfo info;
        try (ObjectStore.StoredObject object = open(exchange, key)) {
            info = object.info();
        }
        Conditions.forWrite(exchange.headers(), Optional.of(info));
        Optional<Lifepoints.Point> life =
                Lifepoints.inForce(info, settings.clock().millis());
        if (admin.isEmpty() && life.isPresent() && !life.get().deletable()) {
            throw new RequestException(403, "DeletionForbidden", "the lifepoint in force forbids the deletion");
        }
        if (!settings.store().delete(key, current -> current.equals(info))) {
            throw conflict();
        }
        exchange.answer(200, describe(info, true), "", new byte[0], false);
    }

    private void deleteContext(Exchange exchange, String key) throws RequestException, IOException {
        if (!exchange.target().flag("recursive")) {
            throw new RequestException(400, "RecursiveRequired", "a context is deleted with the argument recursive");
        }
        try (ObjectStore.StoredObject object = open(exchange, key)) {
            String below = key.substring(2) + "/";
            for (String prefix : List.of("n/" + below, "c/" + below)) {
                for (String child : settings.store().keys(prefix)) {
                    settings.store().delete(child, any -> true);
                }
            }
            settings.store().delete(key, any -> true);
            exchange.answer(200, describe(object.info(), true), "", new byte[0], false);
        }
    }

    private static Optional<MessageDigest> seal(RequestTarget target, String argument) throws RequestException {
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

    private static RequestException conflict() {
        return new RequestException(409, "VersionConflict", "the object was changed at the same time");
    }

    private static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
