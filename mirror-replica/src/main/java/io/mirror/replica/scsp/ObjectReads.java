package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** GET and HEAD of objects (SCSP section 5.3). */
final class ObjectReads {
    private static final int CHECKED_FIRST = 1 << 20;
    private static final int FILE_PIECE = 2 << 20;

    private final NodeSettings settings;
    private final ObjectAddresses addresses;
    private final Repairs repairs;

    ObjectReads(NodeSettings settings, ObjectAddresses addresses, Repairs repairs) {
        this.settings = settings;
        this.addresses = addresses;
        this.repairs = repairs;
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
        Optional<MessageDigest> seal = ObjectContent.seal(target, "hashtype");
        Optional<MessageDigest> newSeal = ObjectContent.seal(target, "newhashtype");
        try (ObjectStore.StoredObject object = open(exchange, addresses.key(exchange))) {
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
            Optional<FileChannel> file = settings.secure() ? Optional.empty() : object.file();
            boolean cutOff = file.isPresent() && file.get().size() < info.length();
            if (info.length() <= CHECKED_FIRST || ranges.isPresent() || cutOff) {
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
            ByteBuffer kept = info.length() > CHECKED_FIRST && file.isPresent()
                    ? sendFileButLast(exchange, object, file.get(), hashes)
                    : sendAllButLast(exchange, object, hashes);
            boolean good = HexFormat.of().formatHex(own.digest()).equals(info.sha256());
            if (!good) {
                repairs.found(info);
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
                            ? List.of(new ObjectHeader(
                                    "Location", addresses.location(exchange, info.key()) + "?" + sealText))
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
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(2 * HttpWire.CHUNK, length - position));
            ObjectContent.readFully(object, position, chunk);
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

    /**
     * As {@link #sendAllButLast}, from the file to the socket without a copy. Each piece is hashed right before it is
     * sent, so that both see the same pages of the file.
     */
    private ByteBuffer sendFileButLast(
            Exchange exchange, ObjectStore.StoredObject object, FileChannel file, List<MessageDigest> hashes)
            throws IOException {
        long length = object.info().length();
        ByteBuffer chunk = ByteBuffer.allocate(2 * HttpWire.CHUNK);
        byte last = 0;
        long sent = 0;
        for (long position = 0; position < length; ) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), length - position));
            ObjectContent.readFully(object, position, chunk);
            for (MessageDigest hash : hashes) {
                hash.update(chunk.duplicate());
            }
            position += chunk.remaining();
            if (position == length) {
                last = chunk.get(chunk.limit() - 1);
            }
            long ready = Math.min(position, length - 1);
            if (position == length || ready - sent >= FILE_PIECE) {
                exchange.wire().sendFile(file, sent, ready - sent, settings.idleMillis());
                sent = ready;
            }
        }
        return ByteBuffer.wrap(new byte[] {last});
    }

    /** Compares the whole content with its seal before anything is sent. */
    void check(ObjectStore.StoredObject object) throws RequestException, IOException {
        ObjectInfo info = object.info();
        if (!ObjectContent.digest(object, "SHA-256").equals(info.sha256())) {
            repairs.found(info);
            throw new RequestException(500, "ContentCorrupt", "the content of " + info.key() + " is damaged");
        }
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
}
