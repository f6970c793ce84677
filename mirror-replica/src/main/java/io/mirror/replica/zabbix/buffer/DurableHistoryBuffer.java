package io.mirror.replica.zabbix.buffer;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.internal.file.DirectoryLock;
import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.zabbix.exchange.HistoryBuffer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A buffer whose values outlive the process: they wait in memory first, and on disk once they are older than
 * {@link Builder#memoryAge}, take more than {@link Builder#memoryBytes}, or the buffer is closed.
 *
 * <p>What is on disk survives {@code kill -9} and the loss of power: it is forced before it leaves memory, each value has
 * a checksum, and a torn end of a file is cut off. What is in memory only is lost then; with a
 * {@link Builder#memoryAge} of zero nothing is, as every value is on disk before {@link #append} returns, unless the
 * disk fails ({@link BufferStatus#failing}). Token and numbers go on after a restart: numbers that were not delivered
 * are used again for the same values only, so a server that was told a value twice takes it once.
 *
 * <p>Values are delivered in the order in which they came, a backlog before what is new; taking values never waits for
 * their delivery. The buffer is bounded: when {@link Builder#maxDiskBytes} are full, or the reserve of the disk is
 * reached, values stay in memory, and when that is full, too, new values are refused and counted; the old ones are kept.
 *
 * <p>Safe for use by several threads. Taking values may write to the disk on the caller's thread, delivering them reads
 * and writes there. One buffer at a time uses a directory.
 */
public final class DurableHistoryBuffer implements HistoryBuffer {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.zabbix");
    private static final int CHUNK_ROWS = 16_384;

    private final HistorySegments segments;
    private final long memoryAge;
    private final long memoryBytes;
    private final LongSupplier nanoTime;
    private final @Nullable DirectoryLock directoryLock;
    private final @Nullable ScheduledThreadPoolExecutor timer;
    private final String session;

    /** Guards the segments; taken before the monitor of the memory, never while holding it. */
    private final ReentrantLock disk = new ReentrantLock();
    /** Guards everything below. */
    private final Object lock = new Object();

    private final HeldRows memory = new HeldRows();
    private long lastId;
    private long usable;
    private long accepted;
    private long dropped;
    private long spilled;
    private boolean failing;
    private boolean closed;

    DurableHistoryBuffer(
            HistorySegments segments,
            Builder options,
            LongSupplier nanoTime,
            @Nullable DirectoryLock directoryLock,
            boolean background)
            throws IOException {
        this.segments = segments;
        this.memoryAge = options.memoryAge.toNanos();
        this.memoryBytes = options.memoryBytes;
        this.nanoTime = nanoTime;
        this.directoryLock = directoryLock;
        session = segments.session();
        lastId = segments.reserved();
        segments.reserveNumbers();
        usable = segments.reserved();
        timer = background ? startTimer() : null;
    }

    private ScheduledThreadPoolExecutor startTimer() {
        ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread daemon = new Thread(task, "mirror-zabbix-buffer");
            daemon.setDaemon(true);
            return daemon;
        });
        long period = Math.max(20_000_000L, Math.min(1_000_000_000L, memoryAge / 4));
        thread.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.NANOSECONDS);
        return thread;
    }

    /**
     * Starts to configure a buffer.
     *
     * @param directory where its files are; created if it is absent
     * @return a builder: to disk after 10 s or 4 MiB, 1 GiB on disk at most
     */
    public static Builder builder(Path directory) {
        return new Builder(directory);
    }

    @Override
    public String session() {
        return session;
    }

    @Override
    public long append(HistoryRow row) {
        long bytes = HeldRows.bytesOf(row);
        boolean fits = RowForm.bound(row) <= RowForm.MAX_BYTES;
        long id = fits ? take(row, bytes) : 0;
        // Others may fill the room that was just made, so it may have to be made again.
        while (fits && id == 0 && makeRoom()) {
            id = take(row, bytes);
        }
        if (id == 0) {
            synchronized (lock) {
                dropped++;
            }
        } else if (memoryAge == 0) {
            trySpill();
        }
        return id;
    }

    /** Returns the number, 0 if there is no room now. */
    private long take(HistoryRow row, long bytes) {
        synchronized (lock) {
            if (closed || lastId >= usable || (memory.size() > 0 && memory.bytes() + bytes > memoryBytes)) {
                return 0;
            }
            lastId++;
            memory.add(row.withId(lastId), bytes, nanoTime.getAsLong());
            accepted++;
            return lastId;
        }
    }

    /** Makes numbers usable and empties the memory; false if that is impossible. */
    private boolean makeRoom() {
        disk.lock();
        try {
            boolean needsNumbers;
            synchronized (lock) {
                if (closed) {
                    return false;
                }
                needsNumbers = lastId >= usable;
            }
            if (needsNumbers) {
                segments.reserveNumbers();
                synchronized (lock) {
                    usable = segments.reserved();
                }
            }
            spill();
            return true;
        } catch (IOException e) {
            failed(e.getMessage());
            return false;
        } finally {
            disk.unlock();
        }
    }

    /** Moves values that have waited too long to the disk. Runs now and then. */
    void tick() {
        boolean due;
        synchronized (lock) {
            due = !closed && memory.hasWaited(nanoTime.getAsLong(), memoryAge);
        }
        if (due) {
            trySpill();
        }
    }

    private void trySpill() {
        disk.lock();
        try {
            spill();
        } catch (IOException e) {
            failed(e.getMessage());
        } finally {
            disk.unlock();
        }
    }

    private void failed(@Nullable String reason) {
        synchronized (lock) {
            if (failing) {
                return;
            }
            failing = true;
        }
        LOGGER.log(Level.WARNING, "values stay in memory as long as there is room: {0}", reason);
    }

    /** Moves all of the memory to the disk, in pieces, so that values can be taken meanwhile. */
    private void spill() throws IOException {
        while (true) {
            List<HistoryRow> rows;
            synchronized (lock) {
                rows = memory.first(CHUNK_ROWS);
            }
            if (rows.isEmpty() || closed) {
                break;
            }
            int count = segments.append(rows);
            if (count == 0) {
                throw new IOException("the disk has no room: " + segments.bytes() + " bytes of values are there");
            }
            synchronized (lock) {
                memory.removeFirst(count);
                spilled += count;
            }
        }
        synchronized (lock) {
            failing = false;
        }
    }

    /**
     * Makes everything that was taken so far durable.
     *
     * @throws IOException if that is impossible; everything stays in memory then
     */
    public void flush() throws IOException {
        disk.lock();
        try {
            spill();
        } finally {
            disk.unlock();
        }
    }

    @Override
    public List<HistoryRow> peek(int maxRows, long maxChars) {
        List<HistoryRow> oldest = new ArrayList<>();
        disk.lock();
        try {
            if (closed) {
                return oldest;
            }
            segments.read(maxRows, maxChars, oldest);
            // Numbers must not pass over values on disk: acknowledging them would acknowledge those.
            if (oldest.size() == segments.rows()) {
                addFromMemory(oldest, maxRows, maxChars);
            }
        } catch (IOException e) {
            failed(e.getMessage());
        } finally {
            disk.unlock();
        }
        return oldest;
    }

    private void addFromMemory(List<HistoryRow> oldest, int maxRows, long maxChars) {
        long chars = 0;
        for (HistoryRow row : oldest) {
            chars += charsOf(row);
        }
        List<HistoryRow> held;
        synchronized (lock) {
            held = memory.first(maxRows - oldest.size());
        }
        for (HistoryRow row : held) {
            chars += charsOf(row);
            if (chars > maxChars && !oldest.isEmpty()) {
                return;
            }
            oldest.add(row);
        }
    }

    private static long charsOf(HistoryRow row) {
        return 80L + row.value().map(String::length).orElse(0);
    }

    @Override
    public void acknowledge(long id) {
        disk.lock();
        try {
            if (closed) {
                return;
            }
            synchronized (lock) {
                memory.removeThrough(id);
            }
            segments.acknowledge(id);
        } catch (IOException e) {
            failed(e.getMessage());
        } finally {
            disk.unlock();
        }
    }

    @Override
    public long size() {
        return status().waiting();
    }

    @Override
    public long dropped() {
        synchronized (lock) {
            return dropped;
        }
    }

    /**
     * Tells what the buffer holds.
     *
     * @return the present state
     */
    public BufferStatus status() {
        disk.lock();
        try {
            synchronized (lock) {
                return new BufferStatus(
                        segments.rows() + memory.size(),
                        memory.bytes(),
                        segments.bytes(),
                        accepted,
                        dropped,
                        spilled,
                        segments.damaged(),
                        failing);
            }
        } finally {
            disk.unlock();
        }
    }

    /** Writes what is in memory to the disk and closes the files. What cannot be written is lost, and the log says so. */
    @Override
    public void close() {
        if (timer != null) {
            timer.shutdownNow();
        }
        disk.lock();
        try {
            if (closed) {
                return;
            }
            trySpill();
            long last;
            synchronized (lock) {
                closed = true;
                last = lastId;
                if (memory.size() > 0) {
                    LOGGER.log(Level.ERROR, "{0} values are lost: the disk cannot take them", memory.size());
                }
            }
            segments.close(last);
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "the buffer of values cannot be closed in order: {0}", e.getMessage());
        } finally {
            disk.unlock();
            releaseDirectory();
        }
    }

    private void releaseDirectory() {
        if (directoryLock != null) {
            try {
                directoryLock.close();
            } catch (IOException e) {
                LOGGER.log(Level.DEBUG, "the lock of the buffer is gone already: {0}", e.getMessage());
            }
        }
    }

    /** Collects the options of a buffer. Not safe for use by several threads. */
    public static final class Builder {
        private static final long SEGMENT_BYTES = 8 << 20;
        private static final long MIN_DISK_BYTES = 64 << 10;

        private final Path directory;
        private Duration memoryAge = Duration.ofSeconds(10);
        private long memoryBytes = 4 << 20;
        private long maxDiskBytes = 1 << 30;
        private long reserve = -1;

        private Builder(Path directory) {
            this.directory = Objects.requireNonNull(directory, "directory");
        }

        /**
         * Sets how long a value waits in memory only; 10 s by default.
         *
         * @param value zero to an hour; with zero every value is on disk before it is taken
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder memoryAge(Duration value) {
            if (value.isNegative() || value.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("memoryAge is zero to an hour, not " + value);
            }
            memoryAge = value;
            return this;
        }

        /**
         * Sets about how many bytes of values wait in memory only; 4 MiB by default.
         *
         * @param value 4 KiB or more
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder memoryBytes(long value) {
            if (value < 4096) {
                throw new IllegalArgumentException("memoryBytes is at least 4096, not " + value);
            }
            memoryBytes = value;
            return this;
        }

        /**
         * Sets how many bytes the files of values take at most; 1 GiB by default. A file is removed once all its values
         * are delivered; a file has an eighth of the limit, 8 MiB at most.
         *
         * @param value 64 KiB or more
         * @return this
         * @throws IllegalArgumentException if it is out of range
         */
        public Builder maxDiskBytes(long value) {
            if (value < MIN_DISK_BYTES) {
                throw new IllegalArgumentException("maxDiskBytes is at least " + MIN_DISK_BYTES + ", not " + value);
            }
            maxDiskBytes = value;
            return this;
        }

        /**
         * Sets how many bytes of the disk are left free; by default the larger of 1 GiB and 5 % of the disk.
         *
         * @param value 0 or more
         * @return this
         * @throws IllegalArgumentException if it is negative
         */
        public Builder reserve(long value) {
            if (value < 0) {
                throw new IllegalArgumentException("reserve is not negative, was " + value);
            }
            reserve = value;
            return this;
        }

        /**
         * Opens the buffer, with what an earlier process left in the directory.
         *
         * @return the buffer
         * @throws IOException if the directory cannot be used, or another buffer uses it
         */
        public DurableHistoryBuffer open() throws IOException {
            Files.createDirectories(directory);
            DirectoryLock lock = DirectoryLock.take(directory, "buffer of values");
            try {
                long kept = reserve >= 0 ? reserve : Math.max(1L << 30, FileStore.DISK.totalSpace(directory) / 20);
                return open(FileStore.DISK, kept, System::nanoTime, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        }

        DurableHistoryBuffer open(
                FileStore store, long kept, LongSupplier nanoTime, @Nullable DirectoryLock directoryLock)
                throws IOException {
            long segmentBytes = Math.min(SEGMENT_BYTES, maxDiskBytes / 8);
            HistorySegments segments = new HistorySegments(store, directory, segmentBytes, maxDiskBytes, kept);
            try {
                return new DurableHistoryBuffer(segments, this, nanoTime, directoryLock, directoryLock != null);
            } catch (IOException | RuntimeException e) {
                segments.close();
                throw e;
            }
        }
    }
}
