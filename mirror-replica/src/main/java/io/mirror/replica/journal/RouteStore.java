package io.mirror.replica.journal;

import io.mirror.replica.internal.file.PieceWriter;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Puts the data of one request into the inbox or below the blob directory. */
final class RouteStore implements ReceiveSession.Store, AutoCloseable {
    private final ActiveRoute route;
    private final boolean ownTls;
    private final Runnable giveUp;
    private @Nullable PieceScan scan;
    private @Nullable PieceWriter piece;
    private @Nullable BlobStore blob;
    private String blobPath = "";
    private String partial = "";
    private ReceiveSession.Batch batch = new ReceiveSession.Batch("", 0, "", false);
    private KnownPieces.Known previous = new KnownPieces.Known(0, "", 0, "", true);
    private long number;
    private boolean duplicate;
    private boolean prefixSeen;
    private boolean wrong;

    RouteStore(ActiveRoute route, boolean ownTls, Runnable giveUp) {
        this.route = route;
        this.ownTls = ownTls;
        this.giveUp = giveUp;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    @Override
    public long beginBatch(ReceiveSession.Batch announced) {
        batch = announced;
        if (route.inbox().isKnown(batch.id())) {
            route.report().counters().duplicates.increment();
            return ReceiveSession.Store.KNOWN;
        }
        previous = route.inbox().last();
        PieceScan fresh = new PieceScan(route.config().handler());
        scan = fresh;
        try {
            PieceWriter writer =
                    batch.resumable() ? resume(fresh) : route.inbox().begin();
            piece = writer;
            requireRoom(batch.length() - writer.length());
            return writer.length();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PieceWriter resume(PieceScan fresh) throws IOException {
        String name = Partials.name(batch.id(), batch.length());
        PieceWriter writer = route.inbox().partials().open(name, batch.length(), fresh, giveUp);
        partial = name;
        if (writer.length() > 0) {
            route.report().counters().resumed.increment();
        }
        return writer;
    }

    @Override
    public void beginBlob(String path, long length) {
        try {
            requireRoom(Math.max(0, length));
            Path root = route.config().blobs().orElseThrow(() -> new IOException("blobs are not received here"));
            if (!route.claimBlob(path)) {
                throw new IOException("another connection is sending this blob");
            }
            blobPath = path;
            blob = new BlobStore(root, path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requireRoom(long length) throws IOException {
        if (!route.inbox().hasRoom(length)) {
            throw new RefusedException(
                    Refusal.NO_ROOM,
                    "the disk has no room for " + length + " bytes besides its reserve of "
                            + route.inbox().reserve() + " bytes");
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
        PieceWriter writer = Objects.requireNonNull(piece);
        PieceScan seen = Objects.requireNonNull(scan);
        long before = previous.length() - writer.length();
        boolean candidate = batch.id().isEmpty()
                && !previous.clean()
                && (ownTls || route.config().assumeDuplicates());
        if (candidate && !prefixSeen && before > 0 && before <= bytes.remaining()) {
            put(writer, seen, bytes.slice(bytes.position(), (int) before));
            bytes.position(bytes.position() + (int) before);
            prefixSeen = true;
            if (seen.digest().equals(previous.sha256())) {
                duplicate = true;
                route.report().counters().duplicates.increment();
                writer.discard();
                writer = route.inbox().begin();
                piece = writer;
                seen.restart();
            }
        }
        put(writer, seen, bytes);
        if (writer.length() == batch.length()) {
            writer.startWriteBack();
        }
    }

    private static void put(PieceWriter writer, PieceScan seen, ByteBuffer bytes) throws IOException {
        ByteBuffer again = bytes.duplicate();
        writer.write(bytes);
        seen.take(again);
    }

    @Override
    public void commit() {
        try {
            if (blob != null) {
                blob.commit();
                blob = null;
                route.report().blob(route.config().path(), blobPath);
            } else if (piece != null) {
                commitPiece(piece, Objects.requireNonNull(scan));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void commitPiece(PieceWriter writer, PieceScan seen) throws IOException {
        if (duplicate && writer.length() == 0) {
            writer.discard();
            piece = null;
            number = previous.number();
            return;
        }
        seen.end();
        String sha256 = seen.digest();
        if (!batch.sha256().isEmpty() && !batch.sha256().equals(sha256)) {
            throw new RefusedException(Refusal.DAMAGED, "the data does not have the digest that was announced");
        }
        boolean unsure = batch.id().isEmpty() && !ownTls;
        Inbox.Committed committed = route.inbox().commit(writer, batch.id(), sha256, unsure);
        piece = null;
        if (committed.duplicate()) {
            route.report().counters().duplicates.increment();
            return;
        }
        number = committed.number();
        route.report().counters().pieces.increment();
        route.report().counters().bytes.add(writer.length());
        if (route.config().answerWhenApplied()) {
            route.applyNowAndWait(number);
        } else {
            route.applyLater();
        }
    }

    @Override
    public boolean isApplied() {
        return route.config().answerWhenApplied();
    }

    /** The sender ended in order after it got the answer. */
    void endedCleanly() {
        if (number > 0) {
            try {
                route.inbox().acknowledgedCleanly(number);
            } catch (IOException e) {
                route.failed("that a sender has its answer cannot be recorded", e);
            }
        }
    }

    /** What was received is not what was announced, so nothing of it is used again. */
    void wrong() {
        wrong = true;
    }

    /** Gives up what was not committed: kept to be resumed, or for inspection. */
    void close(String reason) {
        try {
            if (piece != null) {
                PieceWriter writer = piece;
                piece = null;
                if (!partial.isEmpty() && !wrong) {
                    writer.suspend();
                } else {
                    if (writer.length() > 0) {
                        route.report().counters().rejected.increment();
                    }
                    route.inbox().rejected().keep(writer, reason);
                }
            }
            if (blob != null) {
                blob.close();
                blob = null;
            }
        } catch (IOException e) {
            route.failed("what was left of a broken transfer cannot be kept or removed", e);
        } finally {
            release();
        }
    }

    private void release() {
        if (!partial.isEmpty()) {
            route.inbox().partials().release(partial);
            partial = "";
        }
        if (!blobPath.isEmpty()) {
            route.releaseBlob(blobPath);
            blobPath = "";
        }
    }

    @Override
    public void close() {
        close("the connection ended before the piece was complete");
    }
}
