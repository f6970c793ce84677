package io.mirror.examples.command;

import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.DhtpDecodeException;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.MessageReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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
final class DecodeDhtpCommand implements Callable<Integer> {
    private static final int CHUNK_BYTES = 64 * 1024;

    @Spec
    CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Recorded bytes; - for standard input.")
    List<String> files;

    /** Ends the reading of one file from inside the reader. */
    private static final class MalformedFile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedFile(String message) {
            super(message, null, false, false);
        }
    }

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
                DhtpJson json = new DhtpJson(file, spec.commandLine().getOut(), DecodeDhtpCommand::malformed)) {
            read(in, json);
            return true;
        } catch (MalformedFile e) {
            Terminal.problem(spec, file + ": " + e.getMessage());
        } catch (DhtpDecodeException e) {
            Terminal.problem(spec, file + ": " + describe(e.reason(), e.offset(), detail(e)));
        } catch (IOException e) {
            String text = Failures.describe(e);
            Terminal.problem(spec, text.startsWith(file) ? text : file + ": " + text);
        }
        return false;
    }

    private static InputStream open(String file) throws IOException {
        return file.equals("-") ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(Path.of(file));
    }

    /** Only what is not read yet is kept, so a file may be bigger than the memory. */
    private void read(InputStream in, DhtpJson json) throws IOException {
        MessageReader reader = new MessageReader(DhtpLimits.DEFAULT);
        ByteBuf buffer = Unpooled.buffer(CHUNK_BYTES);
        try {
            while (buffer.writeBytes(in, CHUNK_BYTES) >= 0) {
                reader.read(buffer, json);
                buffer.discardReadBytes();
                if (spec.commandLine().getOut().checkError()) {
                    throw new CommandFailure("standard output was closed before everything was written");
                }
            }
            reader.end(buffer, json);
        } finally {
            buffer.release();
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
