package io.mirror.examples.command;

import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.DhtpDecodeException;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.MessageReader;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Shows one direction of a recorded DHTP connection, message by message. */
@Command(
        name = "dhtp",
        description = "Show recorded DHTP messages, text and binary, as JSON, one object a line.",
        footer = {
            "",
            "Every object has file, off (byte offset of the message in its file) and kind.",
            "  kind text   items: nested arrays of strings, unescaped, the command first",
            "  kind bin1   message (point or echo), name, type (0 string, 1 real, 2 integer,",
            "              3 void), value, confidence, security, locked (0 or 1), seconds,",
            "              nanoseconds, flags, quality, handle. A void value is null; NaN",
            "              and infinities are the strings NaN, Infinity, -Infinity.",
            "A file holds one direction of a connection. At the first malformed message of",
            "a file one line on standard error tells file, offset and reason, the next file",
            "is decoded, and the exit code is 1.",
            "",
            "Examples:",
            "  mirror decode dhtp capture.bin",
            "  mirror decode dhtp to-master.bin to-slave.bin",
            "  tail -f link.log | mirror decode dhtp -"
        })
final class DecodeDhtpCommand extends RecordedFilesCommand {
    /** Ends the reading of one file from inside the reader. */
    private static final class MalformedFile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedFile(String message) {
            super(message, null, false, false);
        }
    }

    @Override
    RecordedFiles.Decoder open(String file, PrintWriter out) throws IOException {
        return new Messages(file, out);
    }

    /** Shows the messages of one file. */
    private static final class Messages implements RecordedFiles.Decoder {
        private final MessageReader reader = new MessageReader(DhtpLimits.DEFAULT);
        private final DhtpJson json;

        Messages(String file, PrintWriter out) throws IOException {
            json = new DhtpJson(file, out, DecodeDhtpCommand::malformed);
        }

        @Override
        public void read(ByteBuf bytes) {
            reader.read(bytes, json);
        }

        @Override
        public void end(ByteBuf rest) {
            reader.end(rest, json);
        }

        @Override
        public Optional<String> malformed(RuntimeException failure) {
            if (failure instanceof DhtpDecodeException e) {
                return Optional.of(describe(e.reason(), e.offset(), detail(e)));
            }
            return failure instanceof MalformedFile e ? Optional.ofNullable(e.getMessage()) : Optional.empty();
        }

        @Override
        public void close() throws IOException {
            json.close();
        }
    }

    private static void malformed(DecodeReason reason, long offset, String excerpt) {
        throw new MalformedFile(describe(reason, offset, excerpt.isEmpty() ? "" : "\"" + excerpt + "\""));
    }

    private static String describe(DecodeReason reason, long offset, String detail) {
        return "offset " + offset + ": " + reason.text() + (detail.isEmpty() ? "" : ": " + detail);
    }

    private static String detail(DhtpDecodeException problem) {
        String known = problem.reason().text() + " at byte " + problem.offset() + ": ";
        String message = String.valueOf(problem.getMessage());
        return message.startsWith(known) ? message.substring(known.length()) : "";
    }
}
