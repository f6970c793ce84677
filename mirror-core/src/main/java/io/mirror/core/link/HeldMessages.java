package io.mirror.core.link;

import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.point.PointType;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * What a client sent behind a login that is not answered yet, in its order: such clients do not wait for the answer (DHTP
 * section 8.1).
 */
final class HeldMessages {
    /** More than any client sends before the first point of an initial transfer. */
    static final int MAX_MESSAGES = 64;

    /** Characters of all that is held; a message that goes beyond is held, and nothing after it. */
    static final int MAX_CHARS = 64 * 1024;

    private final Queue<Runnable> messages = new ArrayDeque<>();
    private long chars;

    /** Holds a command back, unless there is no room. */
    boolean add(Received message, Runnable later) {
        long length = message.keyword().length();
        for (String argument : message.arguments()) {
            length += argument.length();
        }
        return add(length, later);
    }

    /** Holds a point message back, unless there is no room. */
    boolean add(PointMessage message, Runnable later) {
        boolean isText = message.state().type() == PointType.STRING;
        return add(message.name().length() + (isText ? message.state().string().length() : 0L), later);
    }

    private boolean add(long length, Runnable later) {
        if (isFull()) {
            return false;
        }
        chars += length;
        messages.add(later);
        return true;
    }

    boolean isFull() {
        return messages.size() >= MAX_MESSAGES || chars >= MAX_CHARS;
    }

    @Nullable
    Runnable poll() {
        Runnable next = messages.poll();
        if (messages.isEmpty()) {
            chars = 0;
        }
        return next;
    }

    void clear() {
        messages.clear();
        chars = 0;
    }
}
