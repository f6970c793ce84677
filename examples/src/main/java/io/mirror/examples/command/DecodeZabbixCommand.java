package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.codec.zabbix.FrameDecoder;
import io.mirror.codec.zabbix.FrameHeader;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixLimits;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Shows recorded frames of the exchange between Zabbix servers and proxies. */
@Command(
        name = "zabbix",
        description = "Show recorded Zabbix frames as JSON, one object a line.",
        footer = {
            "",
            "Every object has file, off (byte offset of the frame in its file), flags,",
            "datalen and reserved (as in the header), and json: the inflated body as a",
            "string, whatever it holds. Bodies carry secrets: passwords, keys, macros.",
            "A file holds one direction of a connection, with any number of frames. At the",
            "first malformed frame of a file one line on standard error tells file, offset",
            "and reason, the next file is decoded, and the exit code is 1.",
            "",
            "Example:",
            "  mirror decode zabbix request.bin answer.bin"
        })
final class DecodeZabbixCommand extends RecordedFilesCommand {
    @Override
    RecordedFiles.Decoder open(String file, PrintWriter out) throws IOException {
        return new Frames(file, out);
    }

    /** Shows the frames of one file. */
    private static final class Frames implements RecordedFiles.Decoder {
        private final FrameDecoder frames = new FrameDecoder(ZabbixLimits.DEFAULT);
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final String file;
        private final JsonGenerator json;
        private long read;
        private long begin;

        Frames(String file, PrintWriter out) throws IOException {
            this.file = file;
            json = JsonLines.to(out);
        }

        @Override
        public void read(ByteBuf bytes) throws IOException {
            while (bytes.isReadable()) {
                int before = bytes.readerIndex();
                boolean complete = frames.decode(bytes, (array, from, to) -> body.write(array, from, to - from));
                read += bytes.readerIndex() - before;
                if (complete) {
                    show(frames.header().orElseThrow());
                    frames.reset();
                    body.reset();
                    begin = read;
                }
            }
        }

        @Override
        public void end(ByteBuf rest) {
            frames.end();
        }

        @Override
        public Optional<String> malformed(RuntimeException failure) {
            if (!(failure instanceof ZabbixDecodeException e)) {
                return Optional.empty();
            }
            String detail = e.detail().isEmpty() ? "" : ": " + e.detail();
            return Optional.of(
                    "offset " + (begin + e.offset()) + ": " + e.reason().text() + detail);
        }

        private void show(FrameHeader header) throws IOException {
            json.writeStartObject();
            json.writeStringField("file", file);
            json.writeNumberField("off", begin);
            json.writeNumberField("flags", header.flags() & 0xFF);
            json.writeNumberField("datalen", header.dataLength());
            json.writeFieldName("reserved");
            json.writeNumber(Long.toUnsignedString(header.reserved()));
            json.writeStringField("json", body.toString(StandardCharsets.UTF_8));
            json.writeEndObject();
            json.writeRaw('\n');
        }

        @Override
        public void close() throws IOException {
            frames.close();
            json.close();
        }
    }
}
