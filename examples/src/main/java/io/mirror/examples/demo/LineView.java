package io.mirror.examples.demo;

import java.io.PrintWriter;

/** Shows the demonstration line by line, for logs and pipes. */
final class LineView implements View {
    private static final long MILLIS_BETWEEN_LINES = 1000;

    private final PrintWriter out;
    private long nextLine;
    private boolean closed;

    LineView(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void event(String text) {
        if (!closed) {
            out.println(text);
            out.flush();
        }
    }

    @Override
    public synchronized void frame(Frame frame) {
        if (frame.elapsedMillis() < nextLine) {
            return;
        }
        nextLine = frame.elapsedMillis() + MILLIS_BETWEEN_LINES;
        MasterReport master = frame.master();
        event(Format.text(
                "%7s  slave %s good, %s changes/s; %s, %s sent/s, %s; master %s good, %s not connected,"
                        + " %s received/s, lag %s",
                Format.seconds(frame.elapsedMillis()),
                Format.count(frame.slaveGood()),
                Format.rate(frame.changesPerSecond()),
                frame.cut() ? "CUT" : frame.linkState(),
                Format.rate(frame.sentPerSecond()),
                Format.byteRate(frame.bytesPerSecond()),
                Format.count(master.good()),
                Format.count(master.notConnected()),
                Format.rate(frame.receivedPerSecond()),
                Format.lag(master.recentLag())));
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
