/**
 * The request of journal replication as PicoLisp's {@code bin/ssl} and {@code lib/replica.l} speak it: head, key line,
 * length or path line, data, {@code T} (journal specification sections 4 to 6), and the records of a block journal
 * (section 15).
 */
package io.mirror.codec.journal;
