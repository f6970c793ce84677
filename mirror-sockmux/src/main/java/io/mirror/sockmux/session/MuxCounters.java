package io.mirror.sockmux.session;

/**
 * What one end of a tunnel has counted since its handshake began.
 *
 * @param bytesReceived octets of frames
 * @param bytesSent octets of frames
 * @param opened channels that were opened, by either side
 * @param refused opens of the peer that were refused
 * @param ignored frames of unknown type, option or channel
 * @param violations windows exceeded, wrong acknowledgements and ids that cannot be
 * @param echoesDropped ECHO frames not answered because there were too many
 * @param lateFrames frames for channels that had ended
 * @param unanswered closes that were never answered
 * @param heldBytes octets held for local sockets now
 * @param roundTripNanos the last round trip measured with ECHO; 0 if there was none yet
 */
public record MuxCounters(
        long bytesReceived,
        long bytesSent,
        long opened,
        long refused,
        long ignored,
        long violations,
        long echoesDropped,
        long lateFrames,
        long unanswered,
        long heldBytes,
        long roundTripNanos) {}
