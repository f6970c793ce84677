package io.mirror.replica.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that are appended durably. A line that a crash tore is not there afterwards; the lines before it are.
 *
 * <p>A record is its length (4 bytes), the CRC-32C of length and text (4 bytes), and the text.
 */
public final class RecordLog implements AutoCloseable {
    private static final int HEADER = RecordFrame.HEADER;
    private static final int MAX_RECORD = 64 * 1024;

    private final FileStore store;
    private final Path file;
    private FileStore.Handle handle;
    private long position;

    public RecordLog(FileStore store, Path file) throws IOException {
        this.store = store;
        this.file = file;
        handle = store.open(file);
        directory();
    }

    /** Reads the lines and cuts off what is torn. */
    public List<String> read() throws IOException {
        List<String> lines = new ArrayList<>();
        position = 0;
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        while (true) {
            header.clear();
            if (handle.read(header, position) != HEADER) {
                break;
            }
            int length = header.getInt(0);
            if (length < 0 || length > MAX_RECORD) {
                break;
            }
            ByteBuffer record = ByteBuffer.allocate(HEADER + length);
            if (handle.read(record, position) != record.capacity() || !RecordFrame.isWhole(record, 0)) {
                break;
            }
            lines.add(new String(record.array(), HEADER, length, StandardCharsets.UTF_8));
            position += HEADER + length;
        }
        if (handle.size() != position) {
            handle.truncate(position);
            handle.force();
        }
        return lines;
    }

    /** Appends one line and makes it durable. */
    public void append(String line) throws IOException {
        ByteBuffer record = record(line);
        int length = record.remaining();
        handle.write(record, position);
        handle.force();
        position += length;
    }

    /** Replaces all lines in one step. */
    public void replace(List<String> lines) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        store.delete(temporary);
        FileStore.Handle fresh = store.open(temporary);
        long size = 0;
        for (String line : lines) {
            ByteBuffer record = record(line);
            int length = record.remaining();
            fresh.write(record, size);
            size += length;
        }
        fresh.force();
        store.rename(temporary, file);
        directory();
        handle.close();
        handle = fresh;
        position = size;
    }

    private void directory() throws IOException {
        Path parent = file.getParent();
        if (parent != null) {
            store.forceDirectory(parent);
        }
    }

    private static ByteBuffer record(String line) throws IOException {
        byte[] text = line.getBytes(StandardCharsets.UTF_8);
        if (text.length > MAX_RECORD) {
            throw new IOException("a record of " + text.length + " bytes, more than " + MAX_RECORD);
        }
        ByteBuffer record = ByteBuffer.allocate(HEADER + text.length);
        record.position(HEADER).put(text);
        RecordFrame.seal(record, 0);
        return record.flip();
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
