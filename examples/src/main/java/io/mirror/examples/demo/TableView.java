package io.mirror.examples.demo;

import java.io.PrintWriter;
import java.util.ArrayDeque;
import java.util.Deque;

/** Shows the demonstration as a table that is drawn again and again in place, 80 columns wide. */
final class TableView implements View {
    private static final String CLEAR_SCREEN = "\033[2J";
    private static final String HOME = "\033[H";
    private static final String CLEAR_LINE = "\033[K\n";
    private static final String CLEAR_BELOW = "\033[J";
    private static final String HIDE_CURSOR = "\033[?25l";
    private static final String SHOW_CURSOR = "\033[?25h";
    private static final String BOLD = "\033[1m";
    private static final String ALERT = "\033[1;31m";
    private static final String PLAIN = "\033[0m";
    private static final int EVENTS = 5;
    private static final int LABEL = 14;
    private static final int COLUMN = 21;

    private final PrintWriter out;
    private final Deque<String> events = new ArrayDeque<>();
    private boolean drawn;
    private boolean closed;

    TableView(PrintWriter out) {
        this.out = out;
    }

    @Override
    public synchronized void event(String text) {
        if (events.size() == EVENTS) {
            events.removeFirst();
        }
        events.addLast(text);
        if (!drawn) {
            out.println(text);
            out.flush();
        }
    }

    @Override
    public synchronized void frame(Frame frame) {
        if (closed) {
            return;
        }
        StringBuilder screen = new StringBuilder(4096);
        screen.append(drawn ? "" : HIDE_CURSOR + CLEAR_SCREEN).append(HOME);
        drawn = true;
        MasterReport master = frame.master();
        line(
                screen,
                BOLD + "mirror demo" + PLAIN + "  live telemetry of this machine, mirrored"
                        + Format.right(
                                Format.seconds(Math.min(frame.elapsedMillis(), frame.totalMillis())) + " of "
                                        + Format.seconds(frame.totalMillis()),
                                28));
        line(screen, "");
        line(screen, BOLD + row("", "slave (source)", "link", "master (copy)") + PLAIN);
        line(screen, row("state", "", frame.cut() ? "CUT" : frame.linkState(), links(master.links())));
        line(screen, row("points", Format.count(frame.slavePoints()), "", Format.count(master.points())));
        line(screen, row("good", Format.count(frame.slaveGood()), "", Format.count(master.good())));
        line(screen, row("gone", Format.count(frame.slaveGone()), "", Format.count(master.gone())));
        boolean lost = master.notConnected() > 0;
        line(
                screen,
                row("not connected", "0", "", "").substring(0, LABEL + 2 * COLUMN)
                        + (lost ? ALERT : "")
                        + Format.right(Format.count(master.notConnected()), COLUMN)
                        + PLAIN);
        line(
                screen,
                row(
                        "per second",
                        Format.rate(frame.changesPerSecond()) + " changes",
                        Format.rate(frame.sentPerSecond()) + " sent",
                        Format.rate(frame.receivedPerSecond()) + " received"));
        line(
                screen,
                row(
                        "in all",
                        Format.count(frame.changes()) + " changes",
                        Format.count(frame.sent()) + " sent",
                        Format.count(master.received()) + " received"));
        line(screen, row("bytes", "", Format.byteRate(frame.bytesPerSecond()), Format.bytes(frame.bytes())));
        line(screen, row("lag", "", "median / 99 %", Format.lag(master.recentLag())));
        line(screen, "");
        line(
                screen,
                BOLD + Format.left("point", 32) + Format.right("slave", 16) + Format.right("master", 16)
                        + "  at the master" + PLAIN);
        for (Frame.Row point : frame.rows()) {
            boolean good = point.masterQuality().equals("Good");
            line(
                    screen,
                    Format.left(point.name(), 32) + Format.right(point.slaveValue(), 16)
                            + Format.right(point.masterValue(), 16) + "  " + (good ? "" : ALERT)
                            + Format.left(point.masterQuality(), 14) + PLAIN);
        }
        line(screen, "");
        for (String event : events) {
            line(screen, Format.left(event, 79).stripTrailing());
        }
        screen.append(CLEAR_BELOW);
        out.print(screen);
        out.flush();
    }

    private static String links(int count) {
        return count == 1 ? "1 connection" : count + " connections";
    }

    private static String row(String label, String slave, String link, String master) {
        return Format.left(label, LABEL)
                + Format.right(slave, COLUMN)
                + Format.right(link, COLUMN)
                + Format.right(master, COLUMN);
    }

    private static void line(StringBuilder screen, String text) {
        screen.append(text).append(CLEAR_LINE);
    }

    @Override
    public synchronized void close() {
        if (drawn && !closed) {
            out.print(SHOW_CURSOR);
            out.flush();
        }
        closed = true;
    }
}
