package io.mirror.core.link;

import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.point.PointState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

/** Keeps what a session sends instead of sending it. */
final class FakeOutput implements SessionOutput {
    /** Everything sent, in order; a test that plays the peer takes from the front. */
    final Queue<Wire.Message> sent = new ArrayDeque<>();

    boolean writable = true;
    boolean flushRequested;
    boolean binary;
    int maxLineBytes;
    String closedBecause;
    /** Point messages longer than this are refused, measured by the characters of name and text. */
    int maxPointChars = Integer.MAX_VALUE;

    @Override
    public void send(Command command) {
        sent.add(new Wire.Sent(command));
    }

    @Override
    public boolean sendPoint(PointMessage.Kind kind, WireName name, PointState state) {
        if (name.name().length() + state.string().length() > maxPointChars) {
            return false;
        }
        sent.add(new Wire.SentPoint(kind, name.name(), new PointState().copyFrom(state)));
        return true;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void encoding(boolean asBinary, int maxBytes) {
        binary = asBinary;
        maxLineBytes = maxBytes;
    }

    @Override
    public void close(String reason) {
        if (closedBecause == null) {
            closedBecause = reason;
        }
    }

    @Override
    public void requestFlush() {
        flushRequested = true;
    }

    /** Returns all that was sent since the last call. */
    List<Wire.Message> take() {
        List<Wire.Message> all = new ArrayList<>(sent);
        sent.clear();
        return all;
    }
}
