package io.mirror.replica.journal;

import io.mirror.codec.journal.JournalDecodeException;
import io.mirror.codec.journal.JournalLimits;
import io.mirror.codec.journal.RequestHead;
import io.mirror.codec.journal.RequestListener;
import io.mirror.codec.journal.RequestReader;
import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request from its first byte to its answer, whatever carries the bytes. May block while it stores data. */
final class ReceiveCall implements AutoCloseable {
    private final Map<String, ActiveRoute> routes;
    private final ReceiverReport report;
    private final boolean ownTls;
    private final Runnable giveUp;
    private final RequestReader reader;
    private final ReceiveSession session = new ReceiveSession(this::find);
    private final Parts parts = new Parts();
    private final long began = System.nanoTime();
    private String peer;
    private @Nullable RouteStore store;
    private boolean started;
    private boolean answered;

    ReceiveCall(
            Map<String, ActiveRoute> routes,
            JournalLimits limits,
            ReceiverReport report,
            boolean ownTls,
            String peer,
            Runnable giveUp) {
        this.routes = routes;
        this.giveUp = giveUp;
        this.report = report;
        this.ownTls = ownTls;
        this.peer = peer;
        reader = new RequestReader(limits, false);
    }

    /** A route as the session sees it. */
    private final class Served implements ReceiveSession.Route {
        private final ActiveRoute route;

        Served(ActiveRoute route) {
            this.route = route;
        }

        @Override
        public boolean accepts(byte[] key) {
            return route.accepts(key);
        }

        @Override
        public String refusal() {
            return route.refusal();
        }

        @Override
        public ReceiveSession.Store store() {
            RouteStore fresh = new RouteStore(route, ownTls, giveUp);
            store = fresh;
            return fresh;
        }
    }

    private Optional<ReceiveSession.Route> find(String path) {
        ActiveRoute route = routes.get(path);
        return route == null ? Optional.empty() : Optional.of(new Served(route));
    }

    /** The dialect belongs to the route, which is known behind the head only. */
    private final class Parts implements RequestListener {
        @Override
        public void onHead(RequestHead head) {
            if (!ownTls) {
                head.gateVariable("*Adr").ifPresent(address -> peer += " for " + Excerpt.of(address));
            }
            session.onHead(head);
            ActiveRoute route = routes.get(head.path());
            if (route != null && route.config().blobsToTheEnd()) {
                reader.expectBlobsToTheEnd();
            }
        }

        @Override
        public void onKey(byte[] key) {
            session.onKey(key);
        }

        @Override
        public void onBatch(long length) {
            session.onBatch(length);
            session.start().ifPresent(reader::continueAt);
        }

        @Override
        public void onBlob(String path, long length) {
            session.onBlob(path, length);
        }

        @Override
        public void onData(ByteBuf data) {
            session.onData(data);
        }

        @Override
        public void onMark(byte mark) {
            session.onMark(mark);
        }

        @Override
        public void onSurplus(int count) {
            session.onSurplus(count);
        }
    }

    /** Takes bytes; the caller releases them. */
    void read(ByteBuf in) {
        if (answered) {
            return;
        }
        try {
            reader.read(in, parts);
        } catch (JournalDecodeException e) {
            session.onMalformed(e);
        } catch (UncheckedIOException e) {
            session.onStoreFailure(RefusedException.kindOf(causeOf(e)), FileProblem.of(causeOf(e)));
        }
        if (session.outcome() != ReceiveSession.Outcome.OPEN) {
            reader.stop();
        }
    }

    private static IOException causeOf(UncheckedIOException e) {
        IOException cause = e.getCause();
        return cause == null ? new IOException(e) : cause;
    }

    /** Everything that was there is read: returns what is to be said now, which may be nothing. */
    void readComplete(ByteBuf out) {
        if (answered) {
            return;
        }
        try {
            session.onReadComplete();
        } catch (UncheckedIOException e) {
            session.onStoreFailure(RefusedException.kindOf(causeOf(e)), FileProblem.of(causeOf(e)));
        }
        switch (session.outcome()) {
            case OPEN -> {
                if (!started && session.start().isPresent()) {
                    started = true;
                    session.start().get().write(out);
                }
            }
            case ACCEPTED -> {
                answered = true;
                out.writeByte('T');
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                session.receipt(millis).ifPresent(receipt -> receipt.write(out));
            }
            case REFUSED -> refuse(out, "F");
            case SILENT -> refuse(out, "");
            case NOT_FOUND -> refuse(out, page("404 Not Found"));
            case BAD_METHOD -> refuse(out, page("501 Not Implemented"));
        }
    }

    private static String page(String status) {
        return "HTTP/1.0 " + status + "\r\nServer: mirror\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    private void refuse(ByteBuf out, String text) {
        answered = true;
        if (!session.reason().isEmpty()) {
            report.refused(session.kind(), peer, session.reason());
        }
        if (store != null) {
            store.wrong();
            store.close(session.reason());
        }
        out.writeCharSequence(text, StandardCharsets.US_ASCII);
    }

    /** Tells whether the answer was given, be it nothing. */
    boolean isAnswered() {
        return answered;
    }

    boolean isAccepted() {
        return answered && session.outcome() == ReceiveSession.Outcome.ACCEPTED;
    }

    boolean isWrongKey() {
        return answered && session.kind() == Refusal.WRONG_KEY;
    }

    /** The other side ended its stream in order: the end of an old blob, or the proof that it has its answer. */
    void ended() {
        if (isAccepted()) {
            if (store != null && ownTls) {
                store.endedCleanly();
            }
        } else if (!answered && reader.state() == RequestReader.State.DATA_TO_END) {
            answered = true;
            try {
                session.onEndOfOldBlob();
            } catch (UncheckedIOException e) {
                report.refused(RefusedException.kindOf(causeOf(e)), peer, FileProblem.of(causeOf(e)));
            }
        }
    }

    /** The connection is gone. */
    @Override
    public void close() {
        reader.stop();
        if (store != null) {
            store.close();
        }
        if (!answered && reader.offset() > 0) {
            answered = true;
            report.refused(Refusal.TORN, peer, "the connection ended before the transfer was complete");
        }
    }
}
