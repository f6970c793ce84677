package io.mirror.transport.dhtp;

import io.netty.channel.Channel;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Closes a connection that has not logged in and sends nothing, or too little to be of use: no first byte, no first
 * message, or no message and hardly any bytes in 10 s. Belongs to the channel's event loop.
 */
final class StrangerWatch {
    private static final long WINDOW_MILLIS = 10_000;

    private final Channel channel;
    private final ListenerLimits limits;
    private final Consumer<String> close;
    private ScheduledFuture<?> check;
    private long bytes;
    private long messages;
    private long bytesAtCheck;
    private long messagesAtCheck;

    StrangerWatch(Channel channel, ListenerLimits limits, Consumer<String> close) {
        this.channel = channel;
        this.limits = limits;
        this.close = close;
        check = schedule(this::checkFirstByte, limits.firstMessageTimeout().toMillis());
    }

    private ScheduledFuture<?> schedule(Runnable next, long millis) {
        return channel.eventLoop().schedule(next, millis, TimeUnit.MILLISECONDS);
    }

    void received(long totalBytes, long totalMessages) {
        boolean first = bytes == 0 && totalBytes > 0;
        bytes = totalBytes;
        messages = totalMessages;
        if (first && messages == 0) {
            check.cancel(false);
            check = schedule(
                    this::checkFirstMessage, limits.firstMessageTimeout().toMillis());
        }
    }

    void stop() {
        check.cancel(false);
    }

    private void checkFirstByte() {
        if (bytes == 0) {
            close.accept(
                    "nothing was sent within " + limits.firstMessageTimeout().toMillis() + " ms");
        } else {
            startWindow();
        }
    }

    private void checkFirstMessage() {
        if (messages == 0) {
            close.accept("no message was completed within "
                    + limits.firstMessageTimeout().toMillis() + " ms");
        } else {
            startWindow();
        }
    }

    private void startWindow() {
        bytesAtCheck = bytes;
        messagesAtCheck = messages;
        check = schedule(this::checkRate, WINDOW_MILLIS);
    }

    private void checkRate() {
        long least = limits.minBytesPerSecond() * TimeUnit.MILLISECONDS.toSeconds(WINDOW_MILLIS);
        if (messages == messagesAtCheck && bytes != bytesAtCheck && bytes - bytesAtCheck < least) {
            close.accept("less than " + limits.minBytesPerSecond() + " bytes/s without a complete message");
        } else {
            startWindow();
        }
    }
}
