package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes one piece of data with a description into a file that notices every changed bit, and gives the file its name
 * only when all of it is durable.
 *
 * <p>The file is a sequence of frames: kind (1 byte), number of the frame (4 bytes), length (4 bytes), CRC-32C of these
 * and of the content (4 bytes), content. Kind D is data, kind M the description, which is the last frame.
 */
public final class PieceWriter implements AutoCloseable {
    static final int HEADER = 13;
    static final int MAX_FRAME = 64 * 1024;
    static final byte DATA = 'D';
    static final byte META = 'M';

    /** After so many bytes the disk begins with them, so that it works while the others are on their way here. */
    private static final long WRITE_BACK = 8L << 20;

    private final FileStore store;
    private final Path temporary;
    private final FileStore.Handle handle;
    private final ByteBuffer frame = ByteBuffer.allocate(HEADER + MAX_FRAME);
    private long position;
    private long writtenBack;
    private int number;
    private long length;
    private boolean closed;

    public PieceWriter(FileStore store, Path temporary) throws IOException {
        this.store = store;
        this.temporary = temporary;
        store.delete(temporary);
        handle = store.open(temporary);
        frame.position(HEADER);
    }

    private PieceWriter(FileStore store, Path temporary, PieceReader.Sink before) throws IOException {
        this.store = store;
        this.temporary = temporary;
        try (PieceReader reader = new PieceReader(store, temporary)) {
            PieceReader.Prefix prefix = reader.readPrefix(before);
            position = prefix.bytes();
            number = prefix.frames();
            length = prefix.data();
            writtenBack = position;
        }
        handle = store.open(temporary);
        try {
            if (handle.size() != position) {
                handle.truncate(position);
            }
        } catch (IOException e) {
            handle.close();
            throw e;
        }
        frame.position(HEADER);
    }

    /**
     * Goes on with a file that was given up by {@link #suspend()} or by a crash: what is whole is kept.
     *
     * @param before takes the data that is there already
     */
    public static PieceWriter resume(FileStore store, Path temporary, PieceReader.Sink before) throws IOException {
        return new PieceWriter(store, temporary, before);
    }

    /** Writes and forces what was taken so far, so that the last step is short. */
    public void force() throws IOException {
        flushData();
        handle.force();
    }

    /** Lets the disk begin with the rest of a large piece; nothing more is expected. */
    public void startWriteBack() throws IOException {
        if (length >= WRITE_BACK) {
            flushData();
            handle.startWriteBack();
        }
    }

    /** Closes the file so that it can be resumed. */
    public void suspend() throws IOException {
        if (!closed) {
            flushData();
            close();
        }
    }

    private void flushData() throws IOException {
        if (frame.position() > HEADER) {
            flush(DATA);
        }
    }

    /** Takes bytes of data. */
    public void write(ByteBuffer data) throws IOException {
        length += data.remaining();
        while (data.hasRemaining()) {
            int count = Math.min(frame.remaining(), data.remaining());
            frame.put(data.slice(data.position(), count));
            data.position(data.position() + count);
            if (!frame.hasRemaining()) {
                flush(DATA);
            }
        }
    }

    /** Returns the bytes of data taken so far. */
    public long length() {
        return length;
    }

    /** Makes data and description durable under a name in the same directory. */
    public void commit(Path target, Map<String, String> description) throws IOException {
        flushData();
        StringBuilder lines = new StringBuilder("length=").append(length).append('\n');
        description.forEach((key, value) ->
                lines.append(key).append('=').append(value.replace("\n", " ")).append('\n'));
        byte[] text = lines.toString().getBytes(StandardCharsets.UTF_8);
        if (text.length > MAX_FRAME) {
            throw new IOException("a description of " + text.length + " bytes, more than " + MAX_FRAME);
        }
        frame.put(text);
        flush(META);
        handle.force();
        close();
        store.rename(temporary, target);
        Path directory = target.getParent();
        if (directory != null) {
            store.forceDirectory(directory);
        }
    }

    private void flush(byte kind) throws IOException {
        int count = frame.position() - HEADER;
        frame.put(0, kind);
        frame.putInt(1, number);
        frame.putInt(5, count);
        frame.putInt(9, checksum(frame, count));
        frame.flip();
        handle.write(frame, position);
        position += HEADER + count;
        number++;
        frame.clear();
        frame.position(HEADER);
        if (position - writtenBack >= WRITE_BACK) {
            writtenBack = position;
            handle.startWriteBack();
        }
    }

    static int checksum(ByteBuffer frame, int count) {
        CRC32C crc = new CRC32C();
        crc.update(frame.duplicate().clear().limit(HEADER - 4));
        crc.update(frame.duplicate().clear().position(HEADER).limit(HEADER + count));
        return (int) crc.getValue();
    }

    /** Gives up what was not committed. */
    public void discard() throws IOException {
        close();
        store.delete(temporary);
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            handle.close();
        }
    }
}
