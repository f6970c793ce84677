package io.mirror.replica.zabbix.buffer;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.internal.file.CorruptFileException;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.RecordFrame;
import io.mirror.replica.internal.file.StateFile;
import io.mirror.replica.zabbix.exchange.SessionTokens;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values on disk: files of records, oldest first, and a state file with token, last acknowledged number and the
 * numbers that are reserved.
 *
 * <p>Numbers up to the reserved one may have been used by a process that died, so the next process begins behind them.
 * A row counts as durable once it is forced; what a crash left behind the last forced row is cut off at the next start
 * unless it is whole. What was acknowledged and is found again after a crash is sent again under the old token and
 * number, which the server knows. Not safe for use by several threads.
 */
final class HistorySegments implements AutoCloseable {
    /** Numbers that are reserved at once. */
    static final long LEASE = 1_000_000;

    private static final int CHUNK_BYTES = 1 << 20;
    private static final String FORMAT = "1";

    private final FileStore store;
    private final Path directory;
    private final long segmentBytes;
    private final long maxBytes;
    private final long reserve;
    private final StateFile state;
    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    private String session = "";
    private long acknowledged;
    private long reserved;
    private long head;
    private long rows;
    private long bytes;
    private long damaged;
    private boolean tailBroken;

    HistorySegments(FileStore store, Path directory, long segmentBytes, long maxBytes, long reserve)
            throws IOException {
        this.store = store;
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.maxBytes = maxBytes;
        this.reserve = reserve;
        store.createDirectories(directory);
        state = new StateFile(store, directory.resolve("state"));
        readState();
        readSegments();
    }

    private void readState() throws IOException {
        Map<String, String> known;
        try {
            known = state.read();
        } catch (CorruptFileException e) {
            // Without its numbers the old token is of no use, and every value on disk is sent, perhaps once more.
            damaged++;
            known = Map.of();
        }
        if (!known.isEmpty() && !FORMAT.equals(known.get("format"))) {
            throw new IOException(directory + " was written in format " + known.get("format") + "; this is format "
                    + FORMAT + " and reads no other");
        }
        session = known.getOrDefault("session", SessionTokens.random());
        acknowledged = Long.parseLong(known.getOrDefault("acknowledged", "0"));
        reserved = Long.parseLong(known.getOrDefault("reserved", "0"));
    }

    private void readSegments() throws IOException {
        List<String> names = store.list(directory).stream()
                .filter(name -> Segment.firstId(name) > 0)
                .sorted()
                .toList();
        long last = acknowledged;
        for (int i = 0; i < names.size(); i++) {
            long behind = i + 1 < names.size() ? Segment.firstId(names.get(i + 1)) : Long.MAX_VALUE;
            last = readSegment(directory.resolve(names.get(i)), Segment.firstId(names.get(i)), last, behind);
        }
        reserved = Math.max(reserved, last);
    }

    /** Reads a segment and returns the last number in it, or the one before it if there is none. */
    private long readSegment(Path file, long firstId, long before, long behind) throws IOException {
        Segment segment = new Segment(file, firstId, store.openShared(file));
        Segment.Cursor cursor = segment.fromStart();
        long last = Math.min(before, firstId - 1);
        long good = 0;
        long waiting = 0;
        long begin = 0;
        while (cursor.next()) {
            // What was written again after a failed write stands in the next file, too.
            if (cursor.id() <= last || cursor.id() >= behind) {
                break;
            }
            last = cursor.id();
            good = cursor.position();
            if (last <= acknowledged) {
                begin = good;
            } else {
                waiting++;
            }
        }
        if (!cursor.atEnd() && behind != Long.MAX_VALUE) {
            damaged++;
        }
        if (waiting == 0) {
            segment.close();
            store.delete(file);
        } else {
            segment.cut(good);
            segment.rows(waiting);
            if (segments.isEmpty()) {
                head = begin;
            }
            segments.add(segment);
            rows += waiting;
            bytes += segment.size();
        }
        return Math.max(before, last);
    }

    String session() {
        return session;
    }

    /** Returns the last number that may have been used. */
    long reserved() {
        return reserved;
    }

    /** Makes further numbers usable. */
    void reserveNumbers() throws IOException {
        reserved += LEASE;
        try {
            writeState();
        } catch (IOException e) {
            reserved -= LEASE;
            throw e;
        }
    }

    private void writeState() throws IOException {
        state.write(Map.of(
                "format",
                FORMAT,
                "session",
                session,
                "acknowledged",
                Long.toString(acknowledged),
                "reserved",
                Long.toString(reserved)));
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }

    /** Returns how many times something was found damaged. */
    long damaged() {
        return damaged;
    }

    /**
     * Makes the first of some rows durable.
     *
     * @param list rows with rising numbers, each higher than those before
     * @return how many of them; 0 if there is no room
     */
    int append(List<HistoryRow> list) throws IOException {
        int count = 0;
        chunk.clear();
        for (HistoryRow row : list) {
            int bound = (int) Math.min(Integer.MAX_VALUE, RecordFrame.HEADER + RowForm.bound(row));
            if (chunk.remaining() < bound) {
                if (count > 0) {
                    break;
                }
                chunk = ByteBuffer.allocate(bound);
            }
            int start = chunk.position();
            chunk.position(start + RecordFrame.HEADER);
            RowForm.write(row, chunk);
            RecordFrame.seal(chunk, start);
            count++;
        }
        chunk.flip();
        int length = chunk.remaining();
        if (count == 0 || bytes + length > maxBytes || store.usableSpace(directory) - length < reserve) {
            return 0;
        }
        write(list.get(0).id(), count);
        bytes += length;
        rows += count;
        if (chunk.capacity() > CHUNK_BYTES) {
            chunk = ByteBuffer.allocate(CHUNK_BYTES);
        }
        return count;
    }

    private void write(long firstId, int count) throws IOException {
        Segment tail = segments.peekLast();
        if (tail != null && !tailBroken && tail.size() < segmentBytes) {
            // After a failure nobody knows what the file holds: its tail is cut, and it gets nothing more.
            tailBroken = true;
            try {
                tail.append(chunk, count);
            } catch (IOException e) {
                tryCut(tail);
                throw e;
            }
            tailBroken = false;
            return;
        }
        Path file = directory.resolve(Segment.name(firstId));
        store.delete(file);
        Segment fresh = new Segment(file, firstId, store.open(file));
        try {
            fresh.append(chunk, count);
            store.forceDirectory(directory);
        } catch (IOException e) {
            tryCut(fresh);
            fresh.close();
            throw e;
        }
        if (segments.isEmpty()) {
            head = 0;
        }
        segments.add(fresh);
        tailBroken = false;
    }

    private static void tryCut(Segment segment) {
        try {
            segment.cut(segment.size());
        } catch (IOException e) {
            // The next start does it: the numbers there are repeated in the next file.
        }
    }

    /** Reads the oldest rows. */
    void read(int maxRows, long maxBytesRead, List<HistoryRow> into) throws IOException {
        long left = maxBytesRead;
        long from = head;
        for (Segment segment : segments) {
            Segment.Cursor cursor = segment.from(from);
            long seen = 0;
            from = 0;
            while (!cursor.atEnd()) {
                if (into.size() >= maxRows) {
                    return;
                }
                long before = cursor.position();
                HistoryRow row = next(cursor);
                if (row == null) {
                    lose(segment, before, seen);
                    break;
                }
                left -= cursor.position() - before;
                if (left < 0 && !into.isEmpty()) {
                    return;
                }
                into.add(row);
                seen++;
            }
        }
    }

    private static @Nullable HistoryRow next(Segment.Cursor cursor) throws IOException {
        try {
            return cursor.next() ? RowForm.read(cursor.content()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Gives up what stands behind a record that is damaged though it was whole when it was written. */
    private void lose(Segment segment, long at, long seen) throws IOException {
        rows -= segment.rows() - seen;
        bytes -= segment.size() - at;
        damaged++;
        segment.rows(seen);
        segment.cut(at);
    }

    /** Forgets the rows up to a number. */
    void acknowledge(long lastId) throws IOException {
        if (rows == 0 || lastId <= acknowledged) {
            return;
        }
        ArrayDeque<Segment> done = new ArrayDeque<>();
        while (!segments.isEmpty() && passAcknowledged(segments.getFirst(), lastId)) {
            done.add(segments.removeFirst());
            head = 0;
        }
        acknowledged = lastId;
        try {
            writeState();
        } finally {
            for (Segment segment : done) {
                bytes -= segment.size();
                segment.close();
                store.delete(segment.file());
            }
        }
    }

    /** Moves the head over acknowledged rows; true if none is left in the segment. */
    private boolean passAcknowledged(Segment segment, long lastId) throws IOException {
        Segment.Cursor cursor = segment.from(head);
        while (!cursor.atEnd()) {
            if (!cursor.next()) {
                lose(segment, head, 0);
                break;
            }
            if (cursor.id() > lastId) {
                return false;
            }
            head = cursor.position();
            segment.rows(segment.rows() - 1);
            rows--;
        }
        return true;
    }

    /** Tells which number was used last, so that a new start need not skip any. */
    void close(long lastId) throws IOException {
        reserved = lastId;
        writeState();
        close();
    }

    /** Closes the files as they are. */
    @Override
    public void close() throws IOException {
        for (Segment segment : segments) {
            segment.close();
        }
    }
}
