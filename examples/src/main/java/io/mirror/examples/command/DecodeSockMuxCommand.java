package io.mirror.examples.command;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecodeException;
import io.mirror.codec.sockmux.MuxDecoder;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import picocli.CommandLine.Command;

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
final class DecodeSockMuxCommand extends RecordedFilesCommand {
    @Override
    RecordedFiles.Decoder open(String file, PrintWriter out) throws IOException {
        return new Frames(file, out);
    }

    /** Shows the frames of one file. */
    private static final class Frames implements RecordedFiles.Decoder {
        private final MuxDecoder decoder = new MuxDecoder(false);
        private final SockMuxJson json;

        Frames(String file, PrintWriter out) throws IOException {
            json = new SockMuxJson(file, out);
        }

        @Override
        public void read(ByteBuf bytes) {
            decoder.decode(bytes, (header, payload) -> frame(decoder, header, payload, json));
        }

        @Override
        public void end(ByteBuf rest) throws IOException {
            if (rest.isReadable() || decoder.isInsideFrame()) {
                throw new IOException("offset " + decoder.position() + ": the file ends inside a frame");
            }
        }

        @Override
        public Optional<String> malformed(RuntimeException failure) {
            return failure instanceof MuxDecodeException e
                    ? Optional.of("offset " + e.offset() + ": " + e.getMessage())
                    : Optional.empty();
        }

        @Override
        public void close() throws IOException {
            json.close();
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
