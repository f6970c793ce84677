package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A 200 with all of the content, which is compared with its seal on the way (SCSP sections 5.3, 6.2). */
final class ContentAnswer {
    /** Longest content that is compared before its first octet is sent. */
    private static final int CHECKED_FIRST = 1 << 20;
    /** Longest content that is read once, compared, and sent together with the head. */
    private static final int WHOLE = 2 * HttpWire.CHUNK;
    /** How much is hashed before it is given to the socket as a part of a file. */
    private static final int FILE_PIECE = 2 << 20;

    private final NodeSettings settings;
    private final ObjectAddresses addresses;
    private final ObjectReads reads;

    ContentAnswer(NodeSettings settings, ObjectAddresses addresses, ObjectReads reads) {
        this.settings = settings;
        this.addresses = addresses;
        this.reads = reads;
    }

    void send(Exchange exchange, ObjectStore.StoredObject object, List<ObjectHeader> headers, Optional<ReadSeal> seal)
            throws RequestException, IOException {
        ObjectInfo info = object.info();
        boolean wantsMd5 = exchange.target().flag("gencontentmd5") && info.md5().isEmpty();
        if (seal.isPresent() || wantsMd5) {
            sendWithTrailers(exchange, object, headers, seal, wantsMd5);
        } else if (info.length() <= WHOLE) {
            ByteBuffer content = ByteBuffer.allocate((int) info.length());
            int count = ObjectContent.readFully(object, 0, content);
            MessageDigest hash = Hashes.of("SHA-256");
            // Zeros that are missing are damage too, although they would be made good.
            hash.update(content.duplicate().limit(count));
            reads.requireGood(info, hash);
            exchange.whole(head(exchange, info, headers), content);
        } else {
            Optional<FileChannel> file = settings.secure() ? Optional.empty() : object.file();
            boolean cutOff = file.isPresent() && file.get().size() < info.length();
            if (info.length() <= CHECKED_FIRST || cutOff) {
                reads.check(object);
            }
            exchange.begin(head(exchange, info, headers));
            MessageDigest hash = Hashes.of("SHA-256");
            ByteBuffer kept = info.length() > CHECKED_FIRST && file.isPresent()
                    ? sendFileButLast(exchange, object, file.get(), hash)
                    : sendAllButLast(exchange, object, piece -> hash.update(piece.duplicate()));
            if (reads.isGood(info, hash)) {
                sendLast(exchange, kept, List.of());
            } else {
                exchange.wire().close();
            }
        }
    }

    /** The proved seal and a hash that is not stored are known only at the end. */
    private void sendWithTrailers(
            Exchange exchange,
            ObjectStore.StoredObject object,
            List<ObjectHeader> headers,
            Optional<ReadSeal> seal,
            boolean wantsMd5)
            throws RequestException, IOException {
        ObjectInfo info = object.info();
        if (info.length() <= CHECKED_FIRST) {
            reads.check(object);
        }
        HttpResponse head = exchange.head(200, headers);
        head.headers().set("Transfer-Encoding", "chunked");
        if (seal.isPresent()) {
            head.headers().add("Trailer", "Location");
        }
        if (wantsMd5) {
            head.headers().add("Trailer", "Content-MD5");
        }
        exchange.begin(head);
        MessageDigest hash = Hashes.of("SHA-256");
        Optional<MessageDigest> md5 = wantsMd5 ? Optional.of(Hashes.of("MD5")) : Optional.empty();
        ByteBuffer kept = sendAllButLast(exchange, object, piece -> {
            hash.update(piece.duplicate());
            md5.ifPresent(other -> other.update(piece.duplicate()));
            seal.ifPresent(one -> one.update(piece));
        });
        boolean good = reads.isGood(info, hash);
        Optional<String> proved = seal.flatMap(ReadSeal::prove);
        if (!good || (seal.isPresent() && proved.isEmpty())) {
            exchange.wire().close();
            return;
        }
        List<ObjectHeader> trailers = new ArrayList<>();
        proved.ifPresent(arguments ->
                trailers.add(new ObjectHeader("Location", addresses.location(exchange, info.key()) + arguments)));
        md5.ifPresent(other -> trailers.add(new ObjectHeader("Content-MD5", ObjectContent.base64(other.digest()))));
        sendLast(exchange, kept, trailers);
    }

    private static HttpResponse head(Exchange exchange, ObjectInfo info, List<ObjectHeader> headers) {
        HttpResponse head = exchange.head(200, headers);
        head.headers().set("Content-Length", Long.toString(info.length()));
        return head;
    }

    private void sendLast(Exchange exchange, ByteBuffer kept, List<ObjectHeader> trailers) throws IOException {
        if (kept.hasRemaining()) {
            exchange.wire().sendContent(kept, settings.idleMillis());
        }
        exchange.end(trailers);
    }

    private interface Hashing {
        void update(ByteBuffer piece);
    }

    /** Sends the content except its last byte, which waits for the judgement over all of it. */
    private ByteBuffer sendAllButLast(Exchange exchange, ObjectStore.StoredObject object, Hashing hashing)
            throws IOException {
        long length = object.info().length();
        ByteBuffer kept = ByteBuffer.allocate(0);
        long position = 0;
        while (position < length) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(2 * HttpWire.CHUNK, length - position));
            ObjectContent.readFully(object, position, chunk);
            hashing.update(chunk);
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
            Exchange exchange, ObjectStore.StoredObject object, FileChannel file, MessageDigest hash)
            throws IOException {
        long length = object.info().length();
        ByteBuffer chunk = ByteBuffer.allocate(2 * HttpWire.CHUNK);
        byte last = 0;
        long sent = 0;
        for (long position = 0; position < length; ) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), length - position));
            ObjectContent.readFully(object, position, chunk);
            hash.update(chunk.duplicate());
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
}
