package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.codec.dhtp.Atom;
import io.mirror.codec.dhtp.BinaryFrame;
import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.Expression;
import io.mirror.codec.dhtp.Item;
import io.mirror.codec.dhtp.MessageReader;
import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/** Writes messages as JSON objects, one a line. */
final class DhtpJson implements MessageReader.Listener, AutoCloseable {
    /** Takes note of what could not be read. */
    @FunctionalInterface
    interface Malformed {
        void at(DecodeReason reason, long offset, String excerpt);
    }

    private final String file;
    private final JsonGenerator json;
    private final Malformed malformed;

    DhtpJson(String file, Writer out, Malformed malformed) throws IOException {
        this.file = file;
        this.malformed = malformed;
        json = JsonLines.to(out);
    }

    @Override
    public void onText(long offset, Expression expression) {
        try {
            begin(offset, "text");
            json.writeFieldName("items");
            writeItems(expression);
            end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void writeItems(Expression expression) throws IOException {
        json.writeStartArray();
        for (Item item : expression.items()) {
            if (item instanceof Expression nested) {
                writeItems(nested);
            } else {
                json.writeString(((Atom) item).text());
            }
        }
        json.writeEndArray();
    }

    @Override
    public void onFrame(long offset, BinaryFrame frame) {
        try {
            begin(offset, "bin1");
            json.writeStringField("message", frame.kind() == PointMessage.Kind.ECHO ? "echo" : "point");
            json.writeStringField("name", frame.name());
            json.writeNumberField("type", frame.value().type().code());
            json.writeFieldName("value");
            writeValue(frame.value());
            json.writeNumberField("confidence", frame.confidence());
            json.writeNumberField("security", frame.security());
            json.writeNumberField("locked", frame.locked() ? 1 : 0);
            json.writeNumberField("seconds", frame.seconds());
            json.writeNumberField("nanoseconds", frame.nanoseconds());
            json.writeNumberField("flags", frame.flags());
            json.writeNumberField("quality", frame.quality());
            json.writeNumberField("handle", frame.handle());
            end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** JSON has no NaN and no infinities: they become strings. */
    private void writeValue(PointValue value) throws IOException {
        if (value instanceof PointValue.StringValue string) {
            json.writeString(string.text());
        } else if (value instanceof PointValue.IntegerValue integer) {
            json.writeNumber(integer.number());
        } else if (value instanceof PointValue.RealValue real) {
            if (Double.isFinite(real.number())) {
                json.writeNumber(real.number());
            } else {
                json.writeString(Double.toString(real.number()));
            }
        } else {
            json.writeNull();
        }
    }

    private void begin(long offset, String kind) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", file);
        json.writeNumberField("off", offset);
        json.writeStringField("kind", kind);
    }

    private void end() throws IOException {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    @Override
    public void onMalformed(DecodeReason reason, long offset, String excerpt) {
        malformed.at(reason, offset, excerpt);
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
