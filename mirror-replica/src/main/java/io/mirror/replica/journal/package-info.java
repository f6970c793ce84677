/**
 * Replication of append-only journals and of blobs, wire compatible with PicoLisp's {@code bin/ssl}, {@code httpGate}
 * and {@code lib/replica.l}, in both roles.
 *
 * <p>{@link io.mirror.replica.journal.JournalSender} takes journals over into a durable spool and delivers them;
 * {@link io.mirror.replica.journal.JournalReceiver} stores what arrives durably, acknowledges it, and hands it to the
 * host. What arrives is data: nothing of it is ever evaluated.
 */
package io.mirror.replica.journal;
