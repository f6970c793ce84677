package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.codec.plio.PlioDecodeException;
import io.mirror.codec.plio.PlioLimits;
import io.mirror.codec.plio.PlioReader;
import io.mirror.codec.plio.PlioValue;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Shows the items of PLIO files. */
@Command(
        name = "plio",
        description = "Show PicoLisp's binary items as JSON, one object a line.",
        footer = {
            "",
            "Every object has file, off (byte offset of the item in its file) and value:",
            "  {\"nil\":true} {\"num\":\"-12\"} {\"sym\":\"abc\"} {\"str\":\"abc\"}",
            "  {\"ext\":\"{A1}\",\"file\":1,\"obj\":1} {\"list\":[...]}, the latter with tail for a",
            "  dotted and cycle for a circular list.",
            "At the first malformed item of a file one line on standard error tells file,",
            "offset and reason, the next file is decoded, and the exit code is 1."
        })
final class DecodePlioCommand extends RecordedFilesCommand {
    @Override
    RecordedFiles.Decoder open(String file, PrintWriter out) throws IOException {
        return new Items(file, out);
    }

    /** Shows the items of one file. */
    private static final class Items implements RecordedFiles.Decoder {
        private final JsonGenerator json;
        private final PlioReader reader;

        Items(String file, PrintWriter out) throws IOException {
            json = JsonLines.to(out);
            reader = new PlioReader(PlioLimits.DEFAULT, (offset, value) -> show(file, json, offset, value));
        }

        @Override
        public void read(ByteBuf bytes) {
            reader.read(bytes.readSlice(bytes.readableBytes()));
        }

        @Override
        public void end(ByteBuf rest) {
            reader.end();
        }

        @Override
        public Optional<String> malformed(RuntimeException failure) {
            return failure instanceof PlioDecodeException e
                    ? Optional.of("offset " + e.offset() + ": " + e.getMessage())
                    : Optional.empty();
        }

        @Override
        public void close() throws IOException {
            json.close();
        }
    }

    private static void show(String file, JsonGenerator json, long offset, PlioValue value) {
        try {
            json.writeStartObject();
            json.writeStringField("file", file);
            json.writeNumberField("off", offset);
            json.writeFieldName("value");
            write(value, json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(PlioValue value, JsonGenerator json) throws IOException {
        json.writeStartObject();
        if (value instanceof PlioValue.Numeral number) {
            json.writeStringField("num", number.value().toString());
        } else if (value instanceof PlioValue.Symbol symbol) {
            json.writeStringField("sym", symbol.name());
        } else if (value instanceof PlioValue.Text text) {
            json.writeStringField("str", text.text());
        } else if (value instanceof PlioValue.External external) {
            json.writeStringField("ext", external.toString());
            json.writeNumberField("file", external.file());
            json.writeNumberField("obj", external.object());
        } else if (value instanceof PlioValue.Cells cells) {
            json.writeArrayFieldStart("list");
            for (PlioValue item : cells.items()) {
                write(item, json);
            }
            json.writeEndArray();
            if (cells.cycle() >= 0) {
                json.writeNumberField("cycle", cells.cycle());
            } else if (cells.tail() != PlioValue.NIL) {
                json.writeFieldName("tail");
                write(cells.tail(), json);
            }
        } else {
            json.writeBooleanField("nil", true);
        }
        json.writeEndObject();
    }
}
