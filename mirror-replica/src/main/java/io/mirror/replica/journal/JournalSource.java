package io.mirror.replica.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a sender delivers: one journal and the blobs of its database. Immutable. */
public final class JournalSource {
    private static final int RECORD_HEADER = 9;

    private final Path journal;
    private final Path spool;
    private final List<Path> blobs;
    private final List<Path> blobRoots;
    private final List<Path> mirrors;
    private final Duration interval;
    private final Duration longestBackoff;
    private final Optional<Duration> inactivity;
    private final long reserve;
    private final long bytesPerSecond;
    private final List<Integer> shifts;
    private final long pieceBytes;
    private final boolean cascade;

    private JournalSource(Builder builder) {
        journal = builder.journal;
        spool = builder.spool;
        blobs = List.copyOf(builder.blobs);
        blobRoots = List.copyOf(builder.blobRoots);
        mirrors = List.copyOf(builder.mirrors);
        interval = builder.interval;
        longestBackoff = builder.longestBackoff;
        inactivity = builder.inactivity;
        reserve = builder.reserve;
        bytesPerSecond = builder.bytesPerSecond;
        shifts = List.copyOf(builder.shifts);
        pieceBytes = builder.pieceBytes;
        cascade = builder.cascade;
    }

    /**
     * Starts with what is necessary.
     *
     * @param journal the file that applications append to under its lock; it need not exist yet
     * @param spool directory of this journal alone, for what is taken over and not acknowledged yet; created if missing
     * @return a new builder
     */
    public static Builder builder(Path journal, Path spool) {
        return new Builder(journal, spool);
    }

    /**
     * Returns the journal.
     *
     * @return the file as configured
     */
    public Path journal() {
        return journal;
    }

    Path spool() {
        return spool;
    }

    List<Path> blobs() {
        return blobs;
    }

    List<Path> blobRoots() {
        return blobRoots;
    }

    List<Path> mirrors() {
        return mirrors;
    }

    Duration interval() {
        return interval;
    }

    Duration longestBackoff() {
        return longestBackoff;
    }

    Optional<Duration> inactivity() {
        return inactivity;
    }

    long reserve() {
        return reserve;
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    List<Integer> shifts() {
        return shifts;
    }

    long pieceBytes() {
        return pieceBytes;
    }

    boolean cascade() {
        return cascade;
    }

    /**
     * Returns the journal.
     *
     * @return its name
     */
    @Override
    public String toString() {
        return journal.toString();
    }

    /** Collects options. Not safe for use by several threads. */
    public static final class Builder {
        private final Path journal;
        private final Path spool;
        private final List<Path> blobs = new ArrayList<>();
        private final List<Path> blobRoots = new ArrayList<>();
        private final List<Path> mirrors = new ArrayList<>();
        private Duration interval = Duration.ofSeconds(1);
        private Duration longestBackoff = Duration.ofSeconds(60);
        private Optional<Duration> inactivity = Optional.empty();
        private long reserve = -1;
        private long bytesPerSecond;
        private List<Integer> shifts = List.of();
        private long pieceBytes = 64L << 20;
        private boolean cascade;

        private Builder(Path journal, Path spool) {
            this.journal = journal;
            this.spool = spool;
        }

        /**
         * Adds a directory with the links of waiting blobs; their texts are paths below it.
         *
         * @param directory the directory; it need not exist yet
         * @return this builder
         */
        public Builder blobs(Path directory) {
            blobs.add(directory);
            return this;
        }

        /**
         * Permits blobs whose real place is below another directory, for instance because a directory of blobs is a
         * link to another disk. Without this a blob is sent only if it lies below the directory of its link.
         *
         * @param directory the directory
         * @return this builder
         */
        public Builder blobRoot(Path directory) {
            blobRoots.add(directory);
            return this;
        }

        /**
         * Adds a directory on this machine that gets each piece before it is sent, as a file named by the next number
         * (the highest there and 1 more), and the links of blobs, with the way from there to the blob. Further
         * directories get hard links, or copies on another file system. Whoever uses the files deletes them.
         *
         * @param directory the directory; created if missing
         * @return this builder
         */
        public Builder mirror(Path directory) {
            mirrors.add(directory);
            return this;
        }

        /**
         * Sets the time between two looks at the files, which changes that the system reports make earlier, and
         * between two attempts.
         *
         * @param look time between two looks, and to the next attempt after a failure; at least 1 ms; 1 s by default
         * @param longest longest time between two attempts, 60 s by default; not longer than {@code look} for the fixed
         *     interval of the original
         * @return this builder
         */
        public Builder interval(Duration look, Duration longest) {
            interval = look;
            longestBackoff = longest;
            return this;
        }

        /**
         * Ends the work on this journal after a time without a batch or blob; a delivery under way stops the clock.
         *
         * @param limit at least 1 ms; no limit by default
         * @return this builder
         */
        public Builder inactivity(Duration limit) {
            inactivity = Optional.of(limit);
            return this;
        }

        /**
         * Sets the space on the disk of the spool that is left free; while it would be used, the journal stays as it
         * is.
         *
         * @param bytes 0 or more; the larger of 1 GiB and 5 % of the file system by default
         * @return this builder
         */
        public Builder reserve(long bytes) {
            reserve = bytes;
            return this;
        }

        /**
         * Limits the rate of the data.
         *
         * @param rate most bytes of data per second, 0 (the default) for no limit
         * @return this builder
         */
        public Builder bytesPerSecond(long rate) {
            bytesPerSecond = rate;
            return this;
        }

        /**
         * Tells that this is the journal of a database with these files, so that it can be cut between its records: an
         * incomplete last record waits until it is complete, and large journals become pieces.
         *
         * @param fileShifts the shift of each database file in order; blocks have 64 &lt;&lt; shift bytes; see {@link
         *     DatabaseFiles#shifts(Path)}
         * @param maxPiece largest piece in bytes, at least the largest record: 9 + (64 &lt;&lt; shift); 64 MiB is usual
         * @return this builder
         */
        public Builder records(List<Integer> fileShifts, long maxPiece) {
            shifts = List.copyOf(fileShifts);
            pieceBytes = maxPiece;
            return this;
        }

        /**
         * Tells that the journal is written by an original receiver, without lock and in parts of 4096 bytes: it is
         * taken when its size was the same in two looks.
         *
         * @param value false by default
         * @return this builder
         */
        public Builder cascade(boolean value) {
            cascade = value;
            return this;
        }

        /**
         * Checks the options.
         *
         * @return the source
         * @throws JournalException if a number is out of range
         */
        public JournalSource build() {
            requireTime("interval", interval);
            inactivity.ifPresent(limit -> requireTime("time of inactivity", limit));
            if (bytesPerSecond < 0) {
                throw new JournalException("a rate of " + bytesPerSecond + " bytes per second is negative");
            }
            DatabaseFiles.requireShifts(shifts);
            for (int shift : shifts) {
                long record = RECORD_HEADER + (64L << shift);
                if (pieceBytes < record) {
                    throw new JournalException(
                            "pieces of " + pieceBytes + " bytes have no room for a record of " + record);
                }
            }
            return new JournalSource(this);
        }

        private static void requireTime(String what, Duration value) {
            if (value.toMillis() < 1) {
                throw new JournalException("the " + what + " of " + value.toNanos() / 1e9 + " s is not at least 1 ms");
            }
        }
    }
}
