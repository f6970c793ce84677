package io.mirror.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What a path is meant to reach.
 *
 * @param path the path, and what it is compared with
 * @param least true if the limit is the least that it may be, false if it is the most
 * @param limit the limit
 * @param unit its unit; "x" is a ratio within the same round
 * @param measure finds out what it is
 */
record Target(String path, boolean least, double limit, String unit, ToDoubleFunction<Figures> measure) {
    private static final String BIN1 = " \\{encoding=bin1, values=DECIMALS2\\}";
    private static final String TEXT = " \\{encoding=text, values=DECIMALS2\\}";
    private static final String ROWS = " \\{rows=100\\}";
    private static final int VALUES = 100;
    private static final String POINTS_PER_SECOND = "points/s";
    private static final String P99 = "p99 µs";
    private static final String HUB = "points in a hub";
    private static final String UPDATE = "ns/update, taken";
    private static final String LINKS = "links of 300 points";
    private static final String CHANGE = "ns/delivered change";

    static final List<Target> ALL = List.of(
            most(
                    "`bin1` encode, beside SBE",
                    1.25,
                    "x",
                    f -> turns(f, "bin1 encode", "DhtpPoints.encode", "SbePoints.encode")),
            most(
                    "`bin1` decode to callback, beside SBE",
                    1.25,
                    "x",
                    f -> turns(
                            f, "bin1 decodeToCallback", "DhtpPoints.decodeToCallback", "SbePoints.decodeToCallback")),
            most(
                    "`bin1` both ways, allocated",
                    0.5,
                    "B/op",
                    f -> f.bytes("DhtpPoints\\.(encode|decodeToCallback)" + BIN1)),
            most("text encode, two decimals", 60, "ns", f -> f.time("DhtpPoints\\.encode" + TEXT)),
            most(
                    "text decode to callback, two decimals",
                    60,
                    "ns",
                    f -> f.time("DhtpPoints\\.decodeToCallback" + TEXT)),
            least("text encode, beside the fastest JSON", 4, "x", f -> besideJson(f, "encode", "Encode")),
            least("text decode, beside the fastest JSON", 4, "x", f -> besideJson(f, "decodeToCallback", "Decode")),
            most(
                    "text both ways, allocated",
                    0.5,
                    "B/op",
                    f -> f.bytes("DhtpPoints\\.(encode|decodeToCallback)" + TEXT)),
            most("hub update, one subscriber", 30, "ns", f -> f.time(update(1000))),
            most("the same, allocated", 0.5, "B/op", f -> f.bytes(update(1000))),
            least(
                    "Zabbix history read, beside fastjson2",
                    1.0,
                    "x",
                    f -> history(f, "read", "fastjson2Read", "readToRow")),
            least(
                    "Zabbix history write, beside fastjson2",
                    1.3,
                    "x",
                    f -> history(f, "write", "fastjson2Write", "write")),
            least("Zabbix history read, beside databind", 3, "x", f -> history(f, "read", "databindRead", "readToRow")),
            least("Zabbix history write, beside databind", 3, "x", f -> history(f, "write", "databindWrite", "write")),
            // In bytes, as one reads who stores them: a string that the reader asks for and keeps is none of our cost.
            most(
                    "Zabbix history read in views, values as bytes, allocated for a value",
                    16,
                    "B",
                    f -> historyBytes(f, "readToBytes")),
            most("Zabbix history write, allocated for a value", 16, "B", f -> historyBytes(f, "write")),
            least("SockMux encode, beside HTTP/2", 2, "x", f -> frames(f, "encode")),
            least("SockMux decode, beside HTTP/2", 2, "x", f -> frames(f, "decode")),
            most("SockMux both ways, allocated", 0.5, "B/op", f -> f.bytes("MuxFrames\\..* \\{.*\\}")),
            least(
                    "points end to end, `bin1` on TCP, beside plain loopback",
                    0.5,
                    "x",
                    f -> points(f, "loopback, the same bytes unread")),
            least("the same, beside NATS", 4, "x", f -> points(f, "nats")),
            least("the same, beside two bridged mosquittos", 50, "x", f -> points(f, "bridge")),
            least(
                    "the same over TLS, beside TCP",
                    0.6,
                    "x",
                    f -> f.ratio("points", "mirror-bin1-tls", "mirror-bin1-tcp", POINTS_PER_SECOND)),
            most(
                    "99th percentile of delays at 100,000 points/s, beside an echo of Netty",
                    2,
                    "x",
                    f -> f.ratio("delay at 100000 points/s", "mirror-bin1-tcp", "Netty, there and back", P99)),
            least(
                    "one slow reader of ten: rate of the others",
                    0.95,
                    "x",
                    f -> f.ratio(
                            "points",
                            "mirror-bin1-tcp to 10, one of them slow",
                            "mirror-bin1-tcp to 10",
                            POINTS_PER_SECOND)),
            most(
                    "heap of a point beyond its name, of 1,000,000",
                    120,
                    "B",
                    f -> f.median(HUB, "1000000 points", "heap bytes/point beyond its name")),
            least(
                    "first synchronization of 1,000,000 points",
                    2_000_000,
                    POINTS_PER_SECOND,
                    f -> f.median("initial synchronization", "1000000 points", POINTS_PER_SECOND)),
            most(
                    "an update of one of 1,000,000 points, beside one of 1,000",
                    1.2,
                    "x",
                    f -> f.ratio(HUB, "1000000 points", "1000 points", UPDATE)),
            most(
                    "a change to each of 1,000 links, beside one link",
                    1.2,
                    "x",
                    f -> f.ratio(LINKS, "1000 links", "1 links", CHANGE)));

    private static Target most(String path, double limit, String unit, ToDoubleFunction<Figures> measure) {
        return new Target(path, false, limit, unit, measure);
    }

    private static Target least(String path, double limit, String unit, ToDoubleFunction<Figures> measure) {
        return new Target(path, true, limit, unit, measure);
    }

    /** Compares times of paths that were measured in turns. */
    private static double turns(Figures figures, String table, String path, String other) {
        return figures.ratio(table + ", in turns", path, other, "ns/op");
    }

    /** Compares the faster of the libraries for JSON. */
    private static double besideJson(Figures figures, String way, String jsonWay) {
        String table = "text " + way;
        String ours = "DhtpPoints." + way;
        return Math.min(
                turns(figures, table, "Fastjson2Points.json" + jsonWay, ours),
                turns(figures, table, "JacksonPoints.stream" + jsonWay, ours));
    }

    private static String update(int points) {
        return "HubUpdates\\.updateAndTake \\{points=" + points + ", subscribers=1\\}";
    }

    private static double history(Figures figures, String way, String other, String path) {
        return figures.ratio(
                "history " + way + ", in turns", "JsonLibraries." + other, "ZabbixHistory." + path, "us/op");
    }

    private static double historyBytes(Figures figures, String path) {
        return figures.bytes("ZabbixHistory\\." + path + ROWS) / VALUES;
    }

    private static double frames(Figures figures, String way) {
        return turns(figures, "frames " + way, "Http2Frames." + way, "MuxFrames." + way);
    }

    private static double points(Figures figures, String other) {
        return figures.ratio("points", "mirror-bin1-tcp", other, POINTS_PER_SECOND);
    }

    /** Returns the row of the table of targets. */
    String markdown(Figures figures) {
        double is = measure.applyAsDouble(figures);
        String verdict;
        if (Double.isNaN(is)) {
            verdict = "not measured";
        } else {
            verdict = (least ? is >= limit : is <= limit) ? "met" : "missed";
        }
        return String.format(
                Locale.ROOT,
                "| %s | at %s %s %s | %s | %s |%n",
                path,
                least ? "least" : "most",
                number(limit),
                unit,
                Double.isNaN(is) ? "" : number(is) + " " + unit,
                verdict);
    }

    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.3g", value)
                        .replaceAll("(\\.\\d*?)0+$", "$1")
                        .replaceAll("\\.$", "");
    }
}
