package io.mirror.replica.journal;

import io.mirror.replica.internal.file.PieceWriter;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Puts the data of one request into the inbox or below the blob directory. */
final class RouteStore implements ReceiveSession.Store, AutoCloseable {
    private final ActiveRoute route;
    private final boolean ownTls;
    private final MessageDigest digest = sha256();
    private @Nullable PieceWriter piece;
    private @Nullable BlobStore blob;
    private String id = "";
    private Inbox.Known previous = new Inbox.Known(0, "", 0, "", true);
    private long number;
    private boolean duplicate;
    private boolean prefixSeen;

    RouteStore(ActiveRoute route, boolean ownTls) {
        this.route = route;
        this.ownTls = ownTls;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    @Override
    public boolean beginBatch(String identity, long length) {
        id = identity;
        if (!id.isEmpty() && route.inbox().isKnown(id)) {
            route.counters().duplicates.increment();
            return false;
        }
        previous = route.inbox().last();
        try {
            requireRoom(length);
            piece = route.inbox().begin();
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void beginBlob(String path, long length) {
        try {
            requireRoom(Math.max(0, length));
            Path root = route.config().blobs().orElseThrow(() -> new IOException("blobs are not received here"));
            blob = new BlobStore(root, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireRoom(long length) throws IOException {
        if (!route.inbox().hasRoom(length)) {
            route.counters().diskFull.increment();
            throw new IOException("the disk has no room for " + length + " bytes besides its reserve");
        }
    }

    @Override
    public void data(ByteBuf data) {
        try {
            for (ByteBuffer bytes : data.nioBuffers()) {
                if (blob != null) {
                    blob.write(bytes);
                } else {
                    batch(bytes);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Looks whether the data begins with the whole piece before, as it does when the sender did not get its answer. */
    private void batch(ByteBuffer bytes) throws IOException {
        PieceWriter writer = java.util.Objects.requireNonNull(piece);
        long before = previous.length() - writer.length();
        boolean candidate =
                id.isEmpty() && !previous.clean() && (ownTls || route.config().assumeDuplicates());
        if (candidate && !prefixSeen && before > 0 && before <= bytes.remaining()) {
            put(writer, bytes.slice(bytes.position(), (int) before));
            bytes.position(bytes.position() + (int) before);
            prefixSeen = true;
            try {
                MessageDigest soFar = (MessageDigest) digest.clone();
                if (HexFormat.of().formatHex(soFar.digest()).equals(previous.sha256())) {
                    duplicate = true;
                    route.counters().duplicates.increment();
                    writer.discard();
                    writer = route.inbox().begin();
                    piece = writer;
                    digest.reset();
                }
            } catch (CloneNotSupportedException e) {
                throw new IOException("SHA-256 of this Java runtime cannot be copied", e);
            }
        }
        put(writer, bytes);
    }

    private void put(PieceWriter writer, ByteBuffer bytes) throws IOException {
        digest.update(bytes.duplicate());
        writer.write(bytes);
    }

    @Override
    public void commit() {
        try {
            if (blob != null) {
                blob.commit();
                blob = null;
                route.counters().blobs.increment();
            } else if (piece != null) {
                commitPiece(piece);
                piece = null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void commitPiece(PieceWriter writer) throws IOException {
        if (duplicate && writer.length() == 0) {
            writer.discard();
            number = previous.number();
            return;
        }
        boolean unsure = id.isEmpty() && !ownTls;
        number = route.inbox().commit(writer, id, digest, unsure);
        route.counters().pieces.increment();
        route.counters().bytes.add(writer.length());
        route.applyLater();
    }

    /** The sender ended in order after it got the answer. */
    void endedCleanly() {
        if (number > 0) {
            route.inbox().acknowledgedCleanly(number);
        }
    }

    /** Gives up what was not committed. */
    @Override
    public void close() {
        try {
            if (piece != null) {
                piece.discard();
            }
            if (blob != null) {
                blob.close();
            }
        } catch (IOException e) {
            route.failed("what was left of a broken transfer cannot be removed", e);
        }
    }
}
