package io.mirror.replica.zabbix.buffer;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.RecordFrame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A file of rows with rising numbers. Its name is the first number, so that names sort as numbers do. */
final class Segment implements AutoCloseable {
    static final String SUFFIX = ".history";

    private static final int WINDOW = 256 << 10;
    /** Shortest row: the fixed fields. */
    private static final int MIN_ROW = 29;

    private final Path file;
    private final long firstId;
    private final FileStore.Handle handle;
    private long size;
    private long rows;

    Segment(Path file, long firstId, FileStore.Handle handle) {
        this.file = file;
        this.firstId = firstId;
        this.handle = handle;
    }

    static String name(long firstId) {
        String digits = Long.toString(firstId);
        return "0".repeat(19 - digits.length()) + digits + SUFFIX;
    }

    /** Returns the first number that a file name tells, 0 if it is no name of a segment. */
    static long firstId(String name) {
        if (!name.endsWith(SUFFIX) || name.length() != 19 + SUFFIX.length()) {
            return 0;
        }
        try {
            return Long.parseLong(name.substring(0, 19));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    Path file() {
        return file;
    }

    long firstId() {
        return firstId;
    }

    /** Returns the bytes that are valid; what may follow does not count. */
    long size() {
        return size;
    }

    /** Returns how many rows wait for their acknowledgement. */
    long rows() {
        return rows;
    }

    void rows(long count) {
        rows = count;
    }

    /** Cuts what follows a position out of consideration, and off the file. */
    void cut(long at) throws IOException {
        size = at;
        if (handle.size() > at) {
            handle.truncate(at);
            handle.force();
        }
    }

    /** Writes records behind the last one and makes them durable. */
    void append(ByteBuffer records, int count) throws IOException {
        int length = records.remaining();
        handle.write(records, size);
        handle.force();
        size += length;
        rows += count;
    }

    /** Looks at the records from a position on, one after another. */
    Cursor from(long position) {
        return new Cursor(position, size);
    }

    /** Looks at everything in the file, valid or not. */
    Cursor fromStart() throws IOException {
        return new Cursor(0, handle.size());
    }

    /** Goes from record to record. */
    final class Cursor {
        private final long end;
        private ByteBuffer window = ByteBuffer.allocate(0);
        private long windowAt;
        private long position;
        private int start;
        private int length;

        private Cursor(long position, long end) {
            this.position = position;
            this.end = end;
        }

        /** Position behind the record that was looked at last. */
        long position() {
            return position;
        }

        /** True if everything up to the end was looked at. */
        boolean atEnd() {
            return position == end;
        }

        /**
         * Goes to the next record.
         *
         * @return false if there is no whole record here
         */
        boolean next() throws IOException {
            if (!inWindow(RecordFrame.HEADER)) {
                return false;
            }
            length = window.getInt(start);
            if (length < MIN_ROW || length > RowForm.MAX_BYTES || !inWindow(RecordFrame.HEADER + length)) {
                return false;
            }
            if (!RecordFrame.isWhole(window, start)) {
                return false;
            }
            position += RecordFrame.HEADER + length;
            return true;
        }

        private boolean inWindow(int bytes) throws IOException {
            if (end - position < bytes) {
                return false;
            }
            if (position < windowAt || position + bytes > windowAt + window.limit()) {
                int wanted = (int) Math.min(end - position, Math.max(WINDOW, bytes));
                if (window.capacity() < wanted) {
                    window = ByteBuffer.allocate(wanted);
                }
                window.clear().limit(wanted);
                int count = handle.read(window, position);
                window.position(0).limit(Math.max(0, count));
                windowAt = position;
            }
            start = (int) (position - windowAt);
            return bytes <= window.limit() - start;
        }

        /** The content of the record, valid until the next one. */
        ByteBuffer content() {
            return window.slice(start + RecordFrame.HEADER, length);
        }

        long id() {
            return RowForm.id(window, start + RecordFrame.HEADER);
        }
    }

    @Override
    public void close() throws IOException {
        handle.close();
    }
}
