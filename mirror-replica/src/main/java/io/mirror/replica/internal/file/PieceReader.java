package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads what {@link PieceWriter} wrote and refuses a file in which any bit is different. */
public final class PieceReader implements AutoCloseable {
    private final Path file;
    private final FileStore.Handle handle;
    private final ByteBuffer frame = ByteBuffer.allocate(PieceWriter.HEADER + PieceWriter.MAX_FRAME);
    private long position;
    private int number;
    private long length;

    public PieceReader(FileStore store, Path file) throws IOException {
        this.file = file;
        handle = store.openExisting(file);
    }

    /** Takes the data of a piece. */
    @FunctionalInterface
    public interface Sink {
        void take(ByteBuffer data) throws IOException;
    }

    /**
     * Reads everything, verifying each frame before it is passed on.
     *
     * @return the description
     */
    public Map<String, String> readAll(Sink sink) throws IOException {
        while (true) {
            ByteBuffer content = next();
            if (frame.get(0) == PieceWriter.META) {
                if (position != handle.size()) {
                    throw corrupt("has bytes behind its end");
                }
                Map<String, String> description = parse(content);
                if (!Long.toString(length).equals(description.get("length"))) {
                    throw corrupt("lacks data");
                }
                return description;
            }
            length += content.remaining();
            sink.take(content);
        }
    }

    /** What of a file without description is whole. */
    record Prefix(long bytes, int frames, long data) {}

    /** Reads the frames of data that are whole; what follows them is not looked at. */
    Prefix readPrefix(Sink sink) throws IOException {
        while (true) {
            long before = position;
            try {
                ByteBuffer content = next();
                if (frame.get(0) == PieceWriter.META) {
                    return new Prefix(before, number - 1, length);
                }
                length += content.remaining();
                sink.take(content);
            } catch (CorruptFileException e) {
                return new Prefix(before, number, length);
            }
        }
    }

    private ByteBuffer next() throws IOException {
        frame.clear().limit(PieceWriter.HEADER);
        if (handle.read(frame, position) != PieceWriter.HEADER) {
            throw corrupt("ends early");
        }
        int count = frame.getInt(5);
        byte kind = frame.get(0);
        if ((kind != PieceWriter.DATA && kind != PieceWriter.META)
                || frame.getInt(1) != number
                || count < 0
                || count > PieceWriter.MAX_FRAME) {
            throw corrupt("has no frame");
        }
        frame.limit(PieceWriter.HEADER + count);
        if (count > 0 && handle.read(frame, position + PieceWriter.HEADER) != count) {
            throw corrupt("ends early");
        }
        if (frame.getInt(9) != PieceWriter.checksum(frame, count)) {
            throw corrupt("has a wrong checksum");
        }
        number++;
        position += PieceWriter.HEADER + count;
        frame.position(PieceWriter.HEADER);
        return frame.slice();
    }

    private static Map<String, String> parse(ByteBuffer content) {
        Map<String, String> description = new LinkedHashMap<>();
        for (String line : StandardCharsets.UTF_8.decode(content).toString().split("\n", -1)) {
            int equals = line.indexOf('=');
            if (equals > 0) {
                description.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return description;
    }

    private CorruptFileException corrupt(String what) {
        return new CorruptFileException(file + " " + what + " at byte " + position);
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
