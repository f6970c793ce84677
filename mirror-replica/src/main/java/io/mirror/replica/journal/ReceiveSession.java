package io.mirror.replica.journal;

import io.mirror.codec.journal.BlobPathException;
import io.mirror.codec.journal.JournalDecodeException;
import io.mirror.codec.journal.ReceiptLine;
import io.mirror.codec.journal.RequestHead;
import io.mirror.codec.journal.RequestListener;
import io.mirror.codec.journal.RequestWriter;
import io.mirror.codec.journal.StartLine;
import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The receiver's side of one request, without input, output, clock or thread: takes the parts of the request and says
 * what to store and what to answer (journal specification sections 6 and 9).
 */
final class ReceiveSession implements RequestListener {

    /** Where data goes. */
    interface Store {
        /** Returned for a batch that was accepted before. */
        long KNOWN = -1;

        /** Makes room for a batch and returns how much of it is there already, or {@link #KNOWN}. */
        long beginBatch(Batch batch);

        /** Makes room for a blob. */
        void beginBlob(String path, long length);

        void data(ByteBuf data);

        /** Makes everything durable. */
        void commit();

        /** Tells whether what was committed is applied as well. */
        boolean isApplied();
    }

    /**
     * What a sender announces.
     *
     * @param id source, epoch and sequence, empty without identity
     * @param sha256 digest in hexadecimal digits, empty if it was not announced
     * @param resumable true if the sender goes on where its last connection ended
     */
    record Batch(String id, long length, String sha256, boolean resumable) {}

    /** Finds what is served under a path. */
    interface Routes {
        Optional<Route> find(String path);
    }

    /** What is served under one path. */
    interface Route {
        boolean accepts(byte[] key);

        /** Why nothing is accepted now, empty if all is well. */
        String refusal();

        Store store();
    }

    /** The answer and what follows it. */
    enum Outcome {
        /** Not decided yet. */
        OPEN,
        /** {@code T}. */
        ACCEPTED,
        /** {@code F}. */
        REFUSED,
        /** Nothing, the connection is closed. */
        SILENT,
        /** Status 404. */
        NOT_FOUND,
        /** Status 501. */
        BAD_METHOD
    }

    private final Routes routes;
    private @Nullable Route route;
    private @Nullable Store store;
    private @Nullable RequestHead head;
    private Outcome outcome = Outcome.OPEN;
    private Refusal kind = Refusal.FAILED;
    private String reason = "";
    private Optional<StartLine> start = Optional.empty();
    private String batchName = "-";
    private boolean marked;
    private boolean known;

    ReceiveSession(Routes routes) {
        this.routes = routes;
    }

    Outcome outcome() {
        return outcome;
    }

    /** Why the request was not accepted, in words. */
    String reason() {
        return reason;
    }

    /** Why the request was not accepted. */
    Refusal kind() {
        return kind;
    }

    private boolean accepts(String word) {
        return head != null && head.accepts(word);
    }

    /** What is to be said before the data, if the sender waits for that. */
    Optional<StartLine> start() {
        return start;
    }

    /** The line behind the answer, if the sender can take one. */
    Optional<ReceiptLine> receipt(long millis) {
        boolean wanted = accepts(ReceiptLine.TOKEN);
        boolean applied = store != null && !known && store.isApplied();
        return wanted
                ? Optional.of(new ReceiptLine(batchName, applied, millis, List.of(StartLine.TOKEN, StartLine.DEFLATE)))
                : Optional.empty();
    }

    @Override
    public void onHead(RequestHead received) {
        head = received;
        if (!received.method().equals("GET")) {
            decide(
                    Outcome.BAD_METHOD,
                    Refusal.NOT_SERVED,
                    "method " + Excerpt.of(received.method()) + " instead of GET");
            return;
        }
        route = routes.find(received.path()).orElse(null);
        if (route == null) {
            decide(
                    Outcome.NOT_FOUND,
                    Refusal.NOT_SERVED,
                    "nothing is served under the path " + Excerpt.of(received.path()));
        }
    }

    @Override
    public void onKey(byte[] key) {
        if (outcome == Outcome.OPEN && (route == null || !route.accepts(key))) {
            decide(Outcome.SILENT, Refusal.WRONG_KEY, "wrong key");
        }
        Arrays.fill(key, (byte) 0);
    }

    @Override
    public void onBatch(long length) {
        // Nothing is stored of a batch of length 0, which asks whether the key fits.
        if (isOpen() && length > 0) {
            String id = identity();
            String sha256 = digest();
            if (outcome == Outcome.OPEN) {
                boolean waits = !id.isEmpty() && accepts(StartLine.TOKEN);
                long offset = storeOf().beginBatch(new Batch(id, length, sha256, waits));
                known = offset == Store.KNOWN;
                if (waits) {
                    boolean deflate = !known && accepts(StartLine.DEFLATE);
                    start = Optional.of(new StartLine(known ? length : offset, deflate));
                }
            }
        }
    }

    @Override
    public void onBlob(String path, long length) {
        if (isOpen()) {
            storeOf().beginBlob(path, length);
        }
    }

    private boolean isOpen() {
        if (outcome != Outcome.OPEN || route == null) {
            return false;
        }
        String refusal = route.refusal();
        if (!refusal.isEmpty()) {
            decide(Outcome.SILENT, Refusal.STOPPED, refusal);
            return false;
        }
        return true;
    }

    private Store storeOf() {
        if (store == null && route != null) {
            store = route.store();
        }
        if (store == null) {
            throw new IllegalStateException("no route");
        }
        return store;
    }

    /** Source, epoch and sequence as one name; empty unless all are there and well formed. */
    private String identity() {
        if (head == null) {
            return "";
        }
        String source = head.header(RequestHead.SOURCE).orElse("");
        String batch = head.header(RequestHead.BATCH).orElse("");
        if (source.isEmpty() && batch.isEmpty()) {
            return "";
        }
        if (!source.matches("[0-9A-Za-z-]{1,64}") || !batch.matches("[0-9A-Za-z]{1,32}/[0-9]{1,18}")) {
            decide(Outcome.REFUSED, Refusal.MALFORMED, "a malformed identity of a batch");
            return "";
        }
        batchName = batch;
        return source + "/" + batch;
    }

    private String digest() {
        String digest = head == null ? "" : head.header(RequestHead.DIGEST).orElse("");
        if (!digest.isEmpty() && !digest.matches("sha-256=[0-9a-f]{64}")) {
            decide(Outcome.REFUSED, Refusal.MALFORMED, "a malformed digest of a batch");
            return "";
        }
        return digest.substring(digest.indexOf('=') + 1);
    }

    @Override
    public void onData(ByteBuf data) {
        if (outcome == Outcome.OPEN && !known && store != null) {
            store.data(data);
        }
    }

    @Override
    public void onMark(byte mark) {
        if (outcome == Outcome.OPEN) {
            if (mark == RequestWriter.MARK) {
                marked = true;
            } else {
                decide(Outcome.REFUSED, Refusal.DAMAGED, "the data is not followed by T");
            }
        }
    }

    @Override
    public void onSurplus(int count) {
        if (outcome == Outcome.OPEN) {
            decide(Outcome.REFUSED, Refusal.DAMAGED, "bytes behind the end of the request");
        }
    }

    /** Everything that was there is read: stores and accepts a request that is complete. */
    void onReadComplete() {
        if (outcome == Outcome.OPEN && marked) {
            if (store != null && !known) {
                store.commit();
            }
            outcome = Outcome.ACCEPTED;
        }
    }

    /** The stream ended in order, which is the end of a blob without length. */
    void onEndOfOldBlob() {
        if (outcome == Outcome.OPEN && store != null) {
            store.commit();
            decide(Outcome.SILENT, Refusal.FAILED, "");
        }
    }

    void onMalformed(JournalDecodeException problem) {
        Refusal what = problem instanceof BlobPathException ? Refusal.BAD_PATH : Refusal.MALFORMED;
        decide(Outcome.SILENT, what, String.valueOf(problem.getMessage()));
    }

    /** The data could not be stored. */
    void onStoreFailure(Refusal what, String problem) {
        decide(Outcome.REFUSED, what, problem);
    }

    private void decide(Outcome decision, Refusal what, String why) {
        if (outcome == Outcome.OPEN) {
            outcome = decision;
            kind = what;
            reason = why;
        }
    }
}
