package io.mirror.examples.demo;

import java.io.PrintWriter;

/** Shows the demonstration line by line, for logs and pipes. */
final class LineView implements View {
    private static final long MILLIS_BETWEEN_LINES = 1000;

    private final PrintWriter out;
    private long nextLine;

    LineView(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void event(String text) {
        out.println(text);
        out.flush();
    }

    @Override
    public void frame(Frame frame) {
        if (frame.elapsedMillis() < nextLine) {
            return;
        }
        nextLine = frame.elapsedMillis() + MILLIS_BETWEEN_LINES;
        MasterReport master = frame.master();
        event(Format.text(
                "%7s  slave: %d points, %d good, %s changes/s | link: %s, %s sent/s, %s/s | master: %d good,"
                        + " %d not connected, %s received/s, lag %s median %s p99",
                Format.seconds(frame.elapsedMillis()),
                frame.slavePoints(),
                frame.slaveGood(),
                Format.count(frame.changesPerSecond()),
                frame.cut() ? "CUT" : frame.linkState(),
                Format.count(frame.sentPerSecond()),
                Format.bytes(frame.bytesPerSecond()),
                master.good(),
                master.notConnected(),
                Format.count(frame.receivedPerSecond()),
                Format.micros(master.recentLag().median()),
                Format.micros(master.recentLag().p99())));
    }

    @Override
    public void close() {
        out.flush();
    }
}
