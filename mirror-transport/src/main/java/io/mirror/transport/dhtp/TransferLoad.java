package io.mirror.transport.dhtp;

/**
 * How busy a master is with initial transfers.
 *
 * @param running transfers that are being sent
 * @param waiting transfers that wait for their turn
 * @param mostRunning the most that ever ran at a time
 * @param turns turns given since the start; a transfer whose reader pauses takes more than one
 */
public record TransferLoad(int running, int waiting, int mostRunning, long turns) {}
