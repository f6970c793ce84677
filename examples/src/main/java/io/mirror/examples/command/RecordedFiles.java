package io.mirror.examples.command;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Hands recorded files to a decoder, one after another. What is wrong with one is a line on standard error. */
final class RecordedFiles {
    private static final int CHUNK_BYTES = 64 * 1024;

    private RecordedFiles() {}

    /** Decodes one file. */
    interface Decoder extends AutoCloseable {
        /** Reads what there is; what it leaves is there again, with more behind it. */
        void read(ByteBuf bytes) throws IOException;

        /** Takes note that nothing follows. */
        void end(ByteBuf rest) throws IOException;

        /** Says where and why a file is malformed; nothing if the failure means something else. */
        Optional<String> malformed(RuntimeException failure);

        /** Finishes the output, also of a malformed file. */
        @Override
        void close() throws IOException;
    }

    /** Makes the decoder of a file. */
    @FunctionalInterface
    interface Opening {
        Decoder open(String file, PrintWriter out) throws IOException;
    }

    /** Decodes all files and returns the exit code. */
    static int decode(CommandSpec spec, List<String> files, Opening opening) {
        int code = 0;
        for (String file : files) {
            Optional<String> problem = decode(file, spec.commandLine().getOut(), opening);
            if (problem.isPresent()) {
                String text = problem.get();
                Terminal.problem(spec, text.startsWith(file) ? text : file + ": " + text);
                code = 1;
            }
        }
        return code;
    }

    private static Optional<String> decode(String file, PrintWriter out, Opening opening) {
        try (InputStream in = open(file);
                Decoder decoder = opening.open(file, out)) {
            try {
                read(in, decoder, out);
                return Optional.empty();
            } catch (UncheckedIOException e) {
                throw e.getCause();
            } catch (RuntimeException e) {
                return Optional.of(decoder.malformed(e).orElseThrow(() -> e));
            }
        } catch (IOException e) {
            return Optional.of(Failures.describe(e));
        }
    }

    private static InputStream open(String file) throws IOException {
        return file.equals("-") ? new FileInputStream(FileDescriptor.in) : Files.newInputStream(Path.of(file));
    }

    /** Only what is not read yet is kept, so a file may be bigger than the memory. */
    private static void read(InputStream in, Decoder decoder, PrintWriter out) throws IOException {
        ByteBuf buffer = Unpooled.buffer(CHUNK_BYTES);
        try {
            while (buffer.writeBytes(in, CHUNK_BYTES) >= 0) {
                decoder.read(buffer);
                buffer.discardReadBytes();
                if (out.checkError()) {
                    throw new CommandFailure("standard output was closed before everything was written");
                }
            }
            decoder.end(buffer);
        } finally {
            buffer.release();
        }
    }
}
