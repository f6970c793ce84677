package io.mirror.examples.demo;

import io.mirror.examples.telemetry.Telemetry;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What is said at the end, and whether it was good. */
final class DemoSummary {
    private static final int SHOWN_DIFFERENCES = 10;
    private static final int INDENT = 12;
    private static final int WIDTH = 79;

    private final String link;
    private long cutAtMillis = -1;
    private long cutMillis;
    private long lostMillis = -1;
    private int lostPoints;
    private int slaveGoodThen;
    private long recoveredMillis = -1;

    DemoSummary(String link) {
        this.link = link;
    }

    void cut(long atMillis, long millis) {
        cutAtMillis = atMillis;
        cutMillis = millis;
    }

    void lost(long afterMillis, int points, int ofPoints, int slaveGood) {
        lostMillis = afterMillis;
        lostPoints = Math.min(points, ofPoints);
        slaveGoodThen = slaveGood;
    }

    void recovered(long afterMillis) {
        recoveredMillis = afterMillis;
    }

    /** Prints the summary; true if nothing in it is wrong. */
    boolean print(PrintWriter out, DemoMeter meter, Telemetry telemetry, Comparison comparison, boolean secure) {
        Frame end = meter.last().orElseThrow();
        MasterReport master = end.master();
        LagHistogram.Summary lag = master.wholeLag();
        out.println();
        out.println("Summary");
        line(out, "ran", Format.seconds(end.elapsedMillis()) + " in two processes, " + end.connects() + " connections");
        line(out, "link", link);
        line(
                out,
                "points",
                Format.count(end.slavePoints()) + " mirrored, " + Format.count(telemetry.changing())
                        + " of them changed while it ran, " + Format.count(end.slaveGone())
                        + " gone with their processes (Out of Service)");
        line(
                out,
                "changes",
                Format.count(meter.changes()) + " made, " + Format.count(meter.conflated())
                        + " of them superseded before they could be sent");
        line(
                out,
                "messages",
                Format.count(meter.sent()) + " sent, " + Format.count(master.received()) + " received; "
                        + end.connects() + " transfers of all points included, those sent into the cut lost");
        line(out, "wire", Format.bytes(meter.bytes()) + " in both directions, TLS included");
        line(
                out,
                "lag",
                lag.count() == 0
                        ? "not measured"
                        : Format.micros(lag.median()) + " median, " + Format.micros(lag.p99()) + " for 99 %, "
                                + Format.micros(lag.max()) + " at most, over " + Format.count(lag.count())
                                + " changes");
        line(
                out,
                "cut",
                "at " + Format.seconds(cutAtMillis) + " for " + Format.seconds(cutMillis) + "; "
                        + (lostMillis < 0
                                ? "the master did not mark its points"
                                : "after " + Format.seconds(lostMillis) + " all " + Format.count(lostPoints)
                                        + " points of the master were Not Connected, " + Format.count(slaveGoodThen)
                                        + " of the slave still good"));
        line(
                out,
                "recovery",
                recoveredMillis < 0
                        ? "not within the time allowed"
                        : Format.seconds(recoveredMillis) + " after the connection was possible again");
        line(
                out,
                "equal",
                comparison.equal()
                        ? "yes: " + comparison.compared()
                                + " points compared in value, quality, time and attributes, no difference"
                        : "NO: " + comparison.differences().size() + " of " + comparison.compared() + " points differ");
        comparison.differences().stream().limit(SHOWN_DIFFERENCES).forEach(text -> line(out, "", text));

        List<String> wrong = wrong(comparison, master, secure);
        wrong.forEach(text -> line(out, "WRONG", text));
        return wrong.isEmpty();
    }

    private List<String> wrong(Comparison comparison, MasterReport master, boolean secure) {
        List<String> wrong = new ArrayList<>();
        if (!comparison.equal()) {
            wrong.add("the hubs are not equal");
        }
        if (comparison.compared() == 0) {
            wrong.add("there was nothing to mirror");
        }
        if (!secure) {
            wrong.add("the link does not use validated TLS with binary point messages");
        }
        if (lostMillis < 0) {
            wrong.add("the cut was not seen by the master");
        }
        if (recoveredMillis < 0) {
            wrong.add("the link did not recover from the cut");
        }
        if (master.problems() > 0) {
            wrong.add(master.problems() + " messages were malformed, refused or not stored by the master");
        }
        return wrong;
    }

    private static void line(PrintWriter out, String label, String text) {
        StringBuilder line = new StringBuilder("  " + Format.left(label, INDENT - 2));
        for (String word : text.split(" ", -1)) {
            if (line.length() + word.length() > WIDTH && line.length() > INDENT) {
                out.println(line.toString().stripTrailing());
                line = new StringBuilder(" ".repeat(INDENT));
            }
            line.append(word).append(' ');
        }
        out.println(line.toString().stripTrailing());
    }
}
