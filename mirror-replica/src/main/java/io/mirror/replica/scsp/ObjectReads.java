package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** GET and HEAD of objects (SCSP section 5.3). */
final class ObjectReads {
    private final NodeSettings settings;
    private final ObjectAddresses addresses;
    private final Repairs repairs;
    private final FeedQueue feeds;

    ObjectReads(NodeSettings settings, ObjectAddresses addresses, Repairs repairs, FeedQueue feeds) {
        this.settings = settings;
        this.addresses = addresses;
        this.repairs = repairs;
        this.feeds = feeds;
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

    List<ObjectHeader> describe(ObjectInfo info, boolean withMd5) throws IOException {
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
            settings.store()
                    .info("c/" + parts[1] + "/" + parts[2])
                    .ifPresent(bucket -> headers.add(new ObjectHeader("Castor-System-CID", bucket.etag())));
        }
        headers.add(new ObjectHeader("Last-Modified", ScspText.date(info.version())));
        headers.add(new ObjectHeader("ETag", "\"" + info.etag() + "\""));
        settings.store().volume().ifPresent(volume -> headers.add(new ObjectHeader("Volume", volume)));
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

    /** The headers of the answer to a read: with verbose an administrator learns what the feeds have done. */
    List<ObjectHeader> describe(Exchange exchange, ObjectInfo info, boolean admin) throws IOException {
        List<ObjectHeader> headers = describe(info, true);
        if (admin && exchange.target().flag("verbose")) {
            for (Feed feed : settings.feeds()) {
                headers.addAll(feeds.describe(feed, info.key()));
            }
        }
        return headers;
    }

    void read(Exchange exchange, boolean admin) throws RequestException, IOException {
        Optional<ReadSeal> seal = ReadSeal.of(exchange.target());
        try (ObjectStore.StoredObject object = open(exchange, addresses.key(exchange))) {
            ObjectInfo info = object.info();
            if (Conditions.unchanged(exchange.headers(), info, settings.clock().millis())) {
                exchange.answer(
                        304, List.of(new ObjectHeader("ETag", "\"" + info.etag() + "\"")), "", new byte[0], false);
                return;
            }
            if (exchange.isHead()) {
                HttpResponse head = exchange.head(200, describe(exchange, info, admin));
                head.headers().set("Content-Length", Long.toString(info.length()));
                exchange.whole(head, ByteBuffer.allocate(0));
                return;
            }
            Optional<List<ByteRanges.Range>> ranges = seal.isPresent() ? Optional.empty() : ranges(exchange, info);
            if (ranges.isPresent()) {
                check(object);
                new RangeAnswer(settings, this).send(exchange, object, ranges.get());
            } else {
                new ContentAnswer(settings, addresses, this)
                        .send(exchange, object, describe(exchange, info, admin), seal);
            }
        }
    }

    /** Compares the whole content with its seal before anything is sent. */
    void check(ObjectStore.StoredObject object) throws RequestException, IOException {
        MessageDigest hash = Hashes.of("SHA-256");
        ObjectContent.digest(object, List.of(hash));
        requireGood(object.info(), hash);
    }

    /** Refuses content that was hashed and has another seal. */
    void requireGood(ObjectInfo info, MessageDigest hash) throws RequestException {
        if (!isGood(info, hash)) {
            throw new RequestException(500, "ContentCorrupt", "the content of " + info.key() + " is damaged");
        }
    }

    /** Compares content that was hashed with its seal; what is damaged is named and repaired if that can be. */
    boolean isGood(ObjectInfo info, MessageDigest hash) {
        boolean good = HexFormat.of().formatHex(hash.digest()).equals(info.sha256());
        if (!good) {
            repairs.found(info);
        }
        return good;
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
