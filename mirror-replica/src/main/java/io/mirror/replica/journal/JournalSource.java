package io.mirror.replica.journal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a sender delivers: one journal and the blobs of its database.
 *
 * @param journal the file that applications append to under its lock; it need not exist yet
 * @param blobs directory with the links of waiting blobs
 * @param spool directory of this journal alone, for what is taken over and not acknowledged yet; created if missing
 * @param interval time between two looks, also to the next attempt after a failure; not zero
 * @param longestBackoff longest time between two attempts; the interval for a fixed one
 * @param reserve bytes that are left free on the disk of the spool
 * @param bytesPerSecond most data per second, 0 for no limit
 */
public record JournalSource(
        Path journal,
        Optional<Path> blobs,
        Path spool,
        Duration interval,
        Duration longestBackoff,
        long reserve,
        long bytesPerSecond) {

    /**
     * Checks the parts.
     *
     * @param journal the journal
     * @param blobs directory with links
     * @param spool directory for what is under way
     * @param interval time between two looks
     * @param longestBackoff longest time between two attempts
     * @param reserve bytes left free
     * @param bytesPerSecond most data per second, 0 for no limit
     * @throws JournalException if a number is out of range
     */
    public JournalSource {
        if (interval.toMillis() < 1 || reserve < 0 || bytesPerSecond < 0) {
            throw new JournalException(
                    "interval " + interval + " must be at least 1 ms, reserve and rate not negative");
        }
    }

    /**
     * Returns a journal without blobs: looked at every second, backoff up to 60 s, 1 GiB of the disk left free.
     *
     * @param journal the journal
     * @param spool directory for what is under way
     * @return the source
     */
    public static JournalSource of(Path journal, Path spool) {
        return new JournalSource(
                journal, Optional.empty(), spool, Duration.ofSeconds(1), Duration.ofSeconds(60), 1L << 30, 0);
    }

    /**
     * Returns the same source with blobs.
     *
     * @param directory directory with the links of waiting blobs
     * @return the source
     */
    public JournalSource withBlobs(Path directory) {
        return new JournalSource(
                journal, Optional.of(directory), spool, interval, longestBackoff, reserve, bytesPerSecond);
    }

    /**
     * Returns the same source with other times.
     *
     * @param look time between two looks
     * @param longest longest time between two attempts
     * @return the source
     */
    public JournalSource withInterval(Duration look, Duration longest) {
        return new JournalSource(journal, blobs, spool, look, longest, reserve, bytesPerSecond);
    }

    /**
     * Returns the same source with another reserve of disk space.
     *
     * @param bytes bytes left free on the disk of the spool
     * @return the source
     */
    public JournalSource withReserve(long bytes) {
        return new JournalSource(journal, blobs, spool, interval, longestBackoff, bytes, bytesPerSecond);
    }

    /**
     * Returns the same source with a limit of its rate.
     *
     * @param rate most bytes of data per second, 0 for no limit
     * @return the source
     */
    public JournalSource withRate(long rate) {
        return new JournalSource(journal, blobs, spool, interval, longestBackoff, reserve, rate);
    }
}
