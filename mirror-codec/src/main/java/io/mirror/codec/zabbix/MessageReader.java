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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message piece by piece and hands out its rows as they are complete. All is read by a JSON parser, but for the
 * rows of history, which {@link HistoryRows} reads unless they are unusual. The parser then goes on as if the array began
 * with what is left of it. A message of history that looks as usual needs no parser: {@link HeadBytes} reads the rest.
 */
final class MessageReader implements AutoCloseable {
    /** The parser's own words quote the input, which may be a secret. */
    static final String UNEXPECTED = "unexpected input";

    private static final byte[] NOTHING = {};

    private final JsonFactory factory;
    private final MessageListener listener;
    private final int maxOtherChars;
    private final MessageBuilder head = ProxyMessage.builder();
    private final HistoryView historyView = new HistoryView();
    private final Seams seams = new Seams();
    private final HeadBytes headBytes;
    /** What {@link #headBytes} read before the rows; the parser needs it if it has to go on. */
    private byte[] opening = NOTHING;

    private @Nullable JsonParser parser;
    private @Nullable Scope scope;
    private @Nullable HistoryRows rows;
    private long fed;
    private long parserFed;
    /** Bytes that were read beside the parser. */
    private long besideParser;

    private boolean complete;
    private boolean sawNul;

    MessageReader(JsonFactory factory, ZabbixLimits limits, MessageListener listener) {
        this.factory = factory;
        this.listener = listener;
        maxOtherChars = limits.maxStringChars();
        headBytes = new HeadBytes(head, maxOtherChars);
    }

    private JsonParser parser() throws IOException {
        JsonParser made = parser;
        if (made == null) {
            made = factory.createNonBlockingByteArrayParser();
            parser = made;
        }
        return made;
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
        int at = fed == 0 && from < to ? open(bytes, from, to) : from;
        while (at < to) {
            if (complete) {
                checkTrailing(bytes, at, to, fed);
                fed += to - at;
                return;
            }
            at = rows == null ? parseSome(bytes, at, to) : readRows(rows, bytes, at, to);
        }
    }

    private int open(byte[] bytes, int from, int to) {
        int end = headBytes.open(bytes, from, to);
        if (end < 0) {
            return from;
        }
        opening = Arrays.copyOfRange(bytes, from, end);
        fed += end - from;
        rows = new HistoryRows(historyView, maxOtherChars, listener);
        return end;
    }

    private int readRows(HistoryRows history, byte[] bytes, int from, int to) {
        int end = history.read(bytes, from, to, fed);
        fed += end - from;
        besideParser += end - from;
        return history.done() ? behindRows(history, bytes, end, to) : end;
    }

    private int behindRows(HistoryRows history, byte[] bytes, int from, int to) {
        boolean closed = bytes[from] == ']' && history.kept().length == 0;
        int end = closed && opening.length > 0 ? headBytes.close(bytes, from, to) : HeadBytes.UNUSUAL;
        if (end < 0) {
            leaveRows(history);
            return from;
        }
        rows = null;
        complete = true;
        fed += end - from;
        return end;
    }

    private void leaveRows(HistoryRows history) {
        rows = null;
        if (opening.length > 0) {
            parse(opening, 0, opening.length);
            opening = NOTHING;
        }
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
            JsonParser json = parser();
            ((ByteArrayFeeder) json.getNonBlockingInputFeeder()).feedInput(bytes, from, to);
            pull(json);
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
        JsonParser made = parser;
        return made == null ? 0 : Math.max(0, made.currentLocation().getByteOffset());
    }

    private long offset() {
        return parserOffset() + besideParser;
    }

    private void pull(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        while (token != JsonToken.NOT_AVAILABLE && token != null) {
            accept(json, token);
            if (complete) {
                return;
            }
            token = json.nextToken();
        }
    }

    private void accept(JsonParser json, JsonToken token) throws IOException {
        Scope current = scope;
        if (current == null) {
            scope = new RootScope(this);
            return;
        }
        switch (token) {
            case FIELD_NAME -> current.name(json.currentName());
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
            default -> current.scalar(json, token);
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
        JsonParser made = parser;
        if (made == null) {
            return;
        }
        try {
            made.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
