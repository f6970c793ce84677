package io.mirror.examples.command;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecodeException;
import io.mirror.codec.sockmux.MuxDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.FileDescriptor;
import java.io.FileInputStream;
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

/** Shows one direction of a recorded tunnel, frame by frame. */
@Command(
        name = "sockmux",
        description = "Show recorded SockMux frames as JSON, one object a line.",
        footer = {
            "",
            "Every object has file, off (byte offset of the frame in its file), ver, type,",
            "name, said, raid, len, and what the payload is:",
            "  text       with the escapes \\0 \\n \\r \\t \\\\ \\xNN",
            "  hex, sha256, head   payload up to 64 octets; of any length; first 16 octets",
            "  CONNECT, CONNECTED  bufsize, remote, local, data, dataLen, dataSha256",
            "  SENT       count",
            "  SETOPT     option, value; hex shows credentials, too",
            "A file holds one direction of a tunnel. At the first malformed frame of a file",
            "one line on standard error tells file, offset and reason, the next file is",
            "decoded, and the exit code is 1. Obfuscated frames are malformed; a recording",
            "that was uncovered already is not.",
            "",
            "Example:",
            "  mirror decode sockmux capture.bin"
        })
final class DecodeSockMuxCommand implements Callable<Integer> {
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
                SockMuxJson json = new SockMuxJson(file, spec.commandLine().getOut())) {
            read(in, json);
            return true;
        } catch (MuxDecodeException e) {
            Terminal.problem(spec, file + ": offset " + e.offset() + ": " + e.getMessage());
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
    private void read(InputStream in, SockMuxJson json) throws IOException {
        MuxDecoder decoder = new MuxDecoder(false);
        ByteBuf buffer = Unpooled.buffer(CHUNK_BYTES);
        try {
            while (buffer.writeBytes(in, CHUNK_BYTES) >= 0) {
                decoder.decode(buffer, (header, payload) -> frame(decoder, header, payload, json));
                buffer.discardReadBytes();
                if (spec.commandLine().getOut().checkError()) {
                    throw new CommandFailure("standard output was closed before everything was written");
                }
            }
            if (buffer.isReadable() || decoder.isInsideFrame()) {
                throw new IOException("offset " + decoder.position() + ": the file ends inside a frame");
            }
        } finally {
            buffer.release();
        }
    }

    private static void frame(MuxDecoder decoder, FrameHeader header, ByteBuf payload, SockMuxJson json) {
        try {
            json.write(header, payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (header.type() == FrameType.CRYPTON && payload.readableBytes() > 1) {
            decoder.skip(payload.getUnsignedByte(payload.readerIndex() + 1));
        }
    }
}
