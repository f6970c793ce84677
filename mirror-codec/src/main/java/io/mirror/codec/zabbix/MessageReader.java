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

/** Reads one message piece by piece and hands out its rows as they are complete. */
final class MessageReader {
    private final JsonParser parser;
    private final ByteArrayFeeder feeder;
    private final MessageListener listener;
    private final int maxOtherChars;
    private final ProxyMessage.Builder head = ProxyMessage.builder();
    private @Nullable Scope scope;
    private long fed;
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

    ProxyMessage.Builder head() {
        return head;
    }

    boolean isEmpty() {
        return fed == 0;
    }

    void feed(byte[] bytes, int from, int to) {
        if (from == to) {
            return;
        }
        if (fed == 0 && bytes[from] != '{') {
            // A blank, too: daemons take what does not begin with a brace for the ancient text protocol.
            throw new ZabbixDecodeException(Reason.NOT_AN_OBJECT, 0, "it begins with byte " + (bytes[from] & 0xFF));
        }
        if (complete) {
            checkTrailing(bytes, from, to);
            fed += to - from;
            return;
        }
        fed += to - from;
        try {
            feeder.feedInput(bytes, from, to);
            pull();
        } catch (StreamConstraintsException e) {
            throw new ZabbixDecodeException(Reason.JSON_LIMIT, offset(), limitText(e));
        } catch (JsonProcessingException e) {
            // The parser's own words quote the input, which may be a secret.
            throw new ZabbixDecodeException(Reason.BAD_JSON, offset(), "unexpected input");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (complete) {
            int rest = (int) (fed - offset());
            checkTrailing(bytes, to - rest, to);
        }
    }

    private static String limitText(StreamConstraintsException e) {
        String message = String.valueOf(e.getOriginalMessage());
        int end = message.indexOf(" (from");
        return end < 0 ? message : message.substring(0, end);
    }

    private long offset() {
        return Math.max(0, parser.currentLocation().getByteOffset());
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
                Scope inner = current.open(token == JsonToken.START_ARRAY, offset());
                inner.parent = current;
                scope = inner;
            }
            case END_OBJECT, END_ARRAY -> {
                current.close(offset());
                scope = current.parent;
                complete = scope == null;
            }
            default -> current.scalar(parser, token);
        }
    }

    private void checkTrailing(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            boolean blank = b == ' ' || b == '\n' || b == '\r' || b == '\t';
            if (sawNul || (!blank && b != 0)) {
                throw new ZabbixDecodeException(
                        Reason.BAD_JSON, fed - (to - i), "invalid character following JSON object");
            }
            sawNul = b == 0;
        }
    }

    /** Takes the end of the body. */
    void end() {
        if (fed > 0 && !complete) {
            throw new ZabbixDecodeException(Reason.BAD_JSON, fed, "expected closing character '}'");
        }
    }
}
