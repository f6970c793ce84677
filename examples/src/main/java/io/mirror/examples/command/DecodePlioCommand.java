package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.codec.plio.PlioDecodeException;
import io.mirror.codec.plio.PlioLimits;
import io.mirror.codec.plio.PlioReader;
import io.mirror.codec.plio.PlioValue;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
final class DecodePlioCommand implements Callable<Integer> {
    private static final JsonFactory JSON =
            JsonFactory.builder().build().configure(JsonGenerator.Feature.AUTO_CLOSE_TARGET, false);
    private static final int CHUNK_BYTES = 64 * 1024;

    @Spec
    CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Recorded bytes; - for standard input.")
    List<String> files;

    @Override
    public Integer call() {
        boolean good = true;
        for (String file : files) {
            good &= decode(file);
        }
        return good ? 0 : 1;
    }

    private boolean decode(String file) {
        try (InputStream in = open(file);
                JsonGenerator json =
                        JSON.createGenerator(spec.commandLine().getOut()).setRootValueSeparator(null)) {
            PlioReader reader = new PlioReader(PlioLimits.DEFAULT, (offset, value) -> show(file, json, offset, value));
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                reader.read(Unpooled.wrappedBuffer(chunk, 0, count));
            }
            reader.end();
            return true;
        } catch (PlioDecodeException e) {
            Terminal.problem(spec, file + ": offset " + e.offset() + ": " + e.getMessage());
        } catch (UncheckedIOException e) {
            Terminal.problem(spec, file + ": " + e.getMessage());
        } catch (IOException e) {
            String text = Failures.describe(e);
            Terminal.problem(spec, text.startsWith(file) ? text : file + ": " + text);
        }
        return false;
    }

    static InputStream open(String file) throws IOException {
        return file.equals("-")
                ? new java.io.FileInputStream(java.io.FileDescriptor.in)
                : Files.newInputStream(Path.of(file));
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
