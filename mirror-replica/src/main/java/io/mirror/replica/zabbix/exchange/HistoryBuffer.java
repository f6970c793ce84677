package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.HistoryRow;
import java.util.List;

/**
 * The values that a proxy has not delivered yet, in the order of their numbers (section 8.4).
 *
 * <p>Numbers rise without end under one token; a buffer that cannot know its last number has a new token. Implementations
 * are safe for use by several threads.
 */
public interface HistoryBuffer extends AutoCloseable {
    /**
     * Returns the token under which the numbers of this buffer count.
     *
     * @return 32 characters
     */
    String session();

    /**
     * Takes a value and gives it the next number.
     *
     * @param row the value; its own number is not looked at
     * @return the number, or 0 if there is no room and the value was dropped
     */
    long append(HistoryRow row);

    /**
     * Returns the oldest values without removing them. The same call gives the same values again, and perhaps more.
     *
     * @param maxRows most values, 1 or more
     * @param maxChars about how many characters of values, 1 or more; one value is always given
     * @return the values with their numbers, rising; empty if there are none
     */
    List<HistoryRow> peek(int maxRows, long maxChars);

    /**
     * Removes what was delivered.
     *
     * @param lastId number of the last value that was delivered
     */
    void acknowledge(long lastId);

    /**
     * Returns how many values wait.
     *
     * @return the number of values
     */
    long size();

    /**
     * Returns how many values were dropped because there was no room.
     *
     * @return the number since the buffer was opened
     */
    long dropped();

    /** Keeps what can be kept and frees the rest. */
    @Override
    void close();
}
