package io.mirror.examples.command;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The status that a hub publishes in the domain {@code $link}, as people read it. */
final class HubStatus {
    private static final String ROLE = ".role";
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;

    private final Map<String, PointValue> values = new TreeMap<>();

    HubStatus(List<Point> points) {
        for (Point point : points) {
            values.put(point.name().name(), point.value());
        }
    }

    /** Returns lines for a terminal; none if the hub published nothing. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (String hub : subjects("hub")) {
            lines.add("hub " + text(hub, "id") + ": up " + duration(number(hub, "uptime")) + ", "
                    + count(hub, "points", "point") + " in " + count(hub, "domains", "domain") + ", "
                    + count(hub, "changes", "change") + " stored");
        }
        addTable(lines, links());
        addTable(lines, listeners());
        addTable(lines, clients());
        List<String> remarks = remarks();
        if (!remarks.isEmpty()) {
            lines.add("");
            lines.addAll(remarks);
        }
        return lines;
    }

    private static void addTable(List<String> lines, TextTable table) {
        if (!table.isEmpty()) {
            lines.add("");
            lines.addAll(table.lines());
        }
    }

    private TextTable links() {
        TextTable table = new TextTable("LINK", "STATE", "PEER", "MODE", "RECEIVED", "SENT", "PENDING", "CONFLATED");
        for (String link : subjects("link")) {
            table.row(
                    link,
                    text(link, "state"),
                    text(link, "peer"),
                    text(link, "mode"),
                    shown(link, "points.received"),
                    shown(link, "points.sent"),
                    shown(link, "queue.pending"),
                    shown(link, "queue.conflated"));
        }
        return table;
    }

    private TextTable listeners() {
        TextTable table = new TextTable(
                "LISTENER", "ADDRESS", "CLIENTS", "ACCEPTED", "REJECTED", "RECEIVED", "SENT", "CONFLATED");
        for (String listener : subjects("listener")) {
            table.row(
                    listener,
                    text(listener, "address"),
                    shown(listener, "connections"),
                    shown(listener, "accepted"),
                    shown(listener, "rejected"),
                    shown(listener, "points.received"),
                    shown(listener, "points.sent"),
                    shown(listener, "queue.conflated"));
        }
        return table;
    }

    private TextTable clients() {
        TextTable table = new TextTable("CLIENT", "STATE", "PEER", "MODE", "RECEIVED", "SENT", "PENDING", "CONFLATED");
        for (String client : subjects("client")) {
            table.row(
                    client,
                    text(client, "state"),
                    text(client, "peer") + (number(client, "encrypted") == 1 ? " (TLS)" : ""),
                    text(client, "mode"),
                    shown(client, "points.received"),
                    shown(client, "points.sent"),
                    shown(client, "queue.pending"),
                    shown(client, "queue.conflated"));
        }
        return table;
    }

    /** What somebody should look at. */
    private List<String> remarks() {
        List<String> remarks = new ArrayList<>();
        for (String link : subjects("link")) {
            String cause = text(link, "cause");
            if (number(link, "up") == 0 && !cause.isEmpty()) {
                remarks.add(link + ": " + (number(link, "failing") == 1 ? "FAILING, " : "down, ")
                        + count(link, "attempts.failed", "attempt") + ": " + cause);
            }
            if (number(link, "insecure") == 1) {
                remarks.add(link + ": TLS does not check who the peer is");
            }
        }
        for (String name : subjects("")) {
            if (number(name, "malformed") + number(name, "refused") > 0
                    && !text(name, "role").equals("client")) {
                remarks.add(name + ": " + count(name, "malformed", "message") + " could not be read, "
                        + count(name, "refused", "message") + " refused");
            }
            if (number(name, "queue.dropped.full") > 0 && !text(name, "role").equals("hub")) {
                remarks.add(name + ": " + count(name, "queue.dropped.full", "older change")
                        + " dropped because a queue was full");
            }
        }
        return remarks;
    }

    // ---- Values ----

    /** Returns what has a role, or this role. */
    private List<String> subjects(String role) {
        List<String> subjects = new ArrayList<>();
        values.forEach((name, value) -> {
            if (name.endsWith(ROLE) && (role.isEmpty() || value.toString().equals(role))) {
                subjects.add(name.substring(0, name.length() - ROLE.length()));
            }
        });
        return subjects;
    }

    private String text(String subject, String metric) {
        PointValue value = values.get(subject + "." + metric);
        return value == null ? "" : value.toString();
    }

    private long number(String subject, String metric) {
        return values.get(subject + "." + metric) instanceof PointValue.IntegerValue integer ? integer.number() : 0;
    }

    private String shown(String subject, String metric) {
        return grouped(number(subject, metric));
    }

    private String count(String subject, String metric, String unit) {
        return counted(number(subject, metric), unit);
    }

    static String counted(long number, String unit) {
        return grouped(number) + " " + unit + (number == 1 ? "" : "s");
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String duration(long seconds) {
        if (seconds < MINUTE) {
            return seconds + " s";
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + " min";
        }
        return seconds < DAY
                ? seconds / HOUR + " h " + seconds % HOUR / MINUTE + " min"
                : seconds / DAY + " d " + seconds % DAY / HOUR + " h";
    }
}
