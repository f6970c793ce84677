package io.mirror.core.link;

import io.mirror.core.hub.QueueCounters;

/**
 * What a session has counted since its connection was opened.
 *
 * @param pointsReceived point messages received, echoes not included
 * @param echoesReceived echoes received
 * @param pointsSent point messages sent, echoes included
 * @param commandsReceived other messages received
 * @param malformed messages that could not be read
 * @param refused messages refused for want of a right or because of a lock, a security level or a limit
 * @param unexpected points received that the link is not about
 * @param conflictsKept incoming changes not stored because a newer local change was under way to the peer
 * @param notSendable changes not sent because the peer cannot take them (name or value too long)
 * @param fullTransfers initial transfers of everything sent between marks
 * @param deltaTransfers initial transfers sent of no more than what had changed
 * @param stampsAhead initial states received that were stamped too far ahead of the master's clock to be believed
 * @param queue the books of the queue of outgoing changes
 */
public record LinkCounters(
        long pointsReceived,
        long echoesReceived,
        long pointsSent,
        long commandsReceived,
        long malformed,
        long refused,
        long unexpected,
        long conflictsKept,
        long notSendable,
        long fullTransfers,
        long deltaTransfers,
        long stampsAhead,
        QueueCounters queue) {}
