package io.mirror.codec.zabbix;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.async.ByteArrayFeeder;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message piece by piece and hands out its rows as they are complete. All is read by a JSON parser, but for the
 * rows of history, which {@link HistoryRows} reads unless they are unusual. The parser then goes on as if the array began
 * with what is left of it.
 */
final class MessageReader implements AutoCloseable {
    /** The parser's own words quote the input, which may be a secret. */
    static final String UNEXPECTED = "unexpected input";

    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private final MessageListener listener;
    private final int maxOtherChars;
    private final MessageBuilder head = ProxyMessage.builder();
    private final HistoryView historyView = new HistoryView();
    private final Seams seams = new Seams();
    private @Nullable Scope scope;
    private @Nullable HistoryRows rows;
    private long fed;
    private long parserFed;
    /** Bytes that were read beside the parser. */
    private long besideParser;

    private boolean complete;
    private boolean sawNul;

    MessageReader(JsonFactory factory, ZabbixLimits limits, MessageListener listener) {
        try {
            parser = factory.createNonBlockingByteArrayParser();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        feeder = (ByteArrayFeeder) parser.getNonBlockingInputFeeder();
        this.listener = listener;
        maxOtherChars = limits.maxStringChars();
    }

    MessageListener listener() {
        return listener;
    }

    int maxOtherChars() {
        return maxOtherChars;
    }

    MessageBuilder head() {
        return head;
    }

    boolean isEmpty() {
        return fed == 0;
    }

    HistoryView historyView() {
        return historyView;
    }

    void feed(byte[] bytes, int from, int to) {
        if (from < to && fed == 0 && bytes[from] != '{') {
            // A blank, too: daemons take what does not begin with a brace for the ancient text protocol.
            throw new ZabbixDecodeException(Reason.NOT_AN_OBJECT, 0, "it begins with byte " + (bytes[from] & 0xFF));
        }
        int at = from;
        while (at < to) {
            if (complete) {
                checkTrailing(bytes, at, to, fed);
                fed += to - at;
                return;
            }
            at = rows == null ? parseSome(bytes, at, to) : readRows(rows, bytes, at, to);
        }
    }

    private int readRows(HistoryRows history, byte[] bytes, int from, int to) {
        int end = history.read(bytes, from, to, fed);
        fed += end - from;
        besideParser += end - from;
        if (history.done()) {
            leaveRows(history);
        }
        return end;
    }

    private void leaveRows(HistoryRows history) {
        rows = null;
        if (scope instanceof RowsScope section) {
            section.rowsRead(history.count());
        }
        byte[] kept = history.kept();
        besideParser -= kept.length;
        if (kept.length > 0) {
            parse(kept, 0, kept.length);
        }
    }

    private int parseSome(byte[] bytes, int from, int to) {
        int end = endOfParse(bytes, from, to);
        fed += end - from;
        parse(bytes, from, end);
        if (scope instanceof RowsScope section && section.isHistoryAhead()) {
            rows = new HistoryRows(historyView, maxOtherChars, listener);
        }
        return end;
    }

    /** Ends a piece for the parser behind each bracket that may begin the rows of history. */
    private int endOfParse(byte[] bytes, int from, int to) {
        if (scope instanceof RootScope || scope == null) {
            for (int i = from; i < to; i++) {
                if (bytes[i] == '[') {
                    return i + 1;
                }
            }
        }
        return to;
    }

    private void parse(byte[] bytes, int from, int to) {
        seams.next(bytes, from, to, parserFed);
        parserFed += to - from;
        try {
            feeder.feedInput(bytes, from, to);
            pull();
        } catch (StreamConstraintsException e) {
            throw new ZabbixDecodeException(Reason.JSON_LIMIT, offset(), limitText(e));
        } catch (JsonProcessingException e) {
            throw new ZabbixDecodeException(Reason.BAD_JSON, offset(), UNEXPECTED);
        } catch (Refusal e) {
            throw e.at(offset());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (complete) {
            int rest = (int) (parserFed - parserOffset());
            checkTrailing(bytes, to - rest, to, fed - rest);
        }
    }

    private static String limitText(StreamConstraintsException e) {
        String message = String.valueOf(e.getOriginalMessage());
        int end = message.indexOf(" (from");
        return end < 0 ? message : message.substring(0, end);
    }

    private long parserOffset() {
        return Math.max(0, parser.currentLocation().getByteOffset());
    }

    private long offset() {
        return parserOffset() + besideParser;
    }

    private void pull() throws IOException {
        JsonToken token = parser.nextToken();
        while (token != JsonToken.NOT_AVAILABLE && token != null) {
            accept(token);
            if (complete) {
                return;
            }
            token = parser.nextToken();
        }
    }

    private void accept(JsonToken token) throws IOException {
        Scope current = scope;
        if (current == null) {
            scope = new RootScope(this);
            return;
        }
        switch (token) {
            case FIELD_NAME -> current.name(parser.currentName());
            case START_OBJECT, START_ARRAY -> {
                Scope inner = current.open(token == JsonToken.START_ARRAY);
                inner.parent = current;
                scope = inner;
            }
            case END_OBJECT, END_ARRAY -> {
                if (seams.isAfterSeparator(parserOffset())) {
                    throw new Refusal(Reason.BAD_JSON, UNEXPECTED);
                }
                current.close();
                scope = current.parent;
                complete = scope == null;
            }
            default -> current.scalar(parser, token);
        }
    }

    private void checkTrailing(byte[] bytes, int from, int to, long offset) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            boolean blank = b == ' ' || b == '\n' || b == '\r' || b == '\t';
            if (sawNul || (!blank && b != 0)) {
                throw new ZabbixDecodeException(
                        Reason.BAD_JSON, offset + i - from, "invalid character following JSON object");
            }
            sawNul = b == 0;
        }
    }

    /** Takes the end of the body. */
    void end() {
        if (rows != null) {
            leaveRows(rows);
        }
        if (fed > 0 && !complete) {
            throw new ZabbixDecodeException(Reason.BAD_JSON, fed, "expected closing character '}'");
        }
    }

    /** Gives buffers back. */
    @Override
    public void close() {
        try {
            parser.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
