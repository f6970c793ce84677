package io.mirror.examples.command.zabbix;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.core.point.Excerpt;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Prints what proxies deliver, and says once what is wrong with them. */
final class ValuePrinter implements ServerHandler {
    private static final int REMEMBERED = 1000;

    private final ServerSettings settings;
    private final PrintWriter out;
    private final Consumer<String> notes;
    private final Consumer<String> problems;
    /** What was said about a proxy or an item last, the oldest first. */
    private final Map<String, String> said = new LinkedHashMap<>();

    ValuePrinter(ServerSettings settings, PrintWriter out, Consumer<String> notes, Consumer<String> problems) {
        this.settings = settings;
        this.out = out;
        this.notes = notes;
        this.problems = problems;
    }

    @Override
    public ServerConfiguration configurationOf(String proxy) {
        return settings.configuration(proxy);
    }

    @Override
    public Optional<ValueType> valueType(String proxy, long itemId) {
        return settings.item(itemId).map(ServerSettings.ServedItem::type);
    }

    @Override
    public boolean accepts(String proxy, HistoryRow row) {
        return settings.item(row.itemId())
                .filter(item -> item.proxy().equals(proxy))
                .isPresent();
    }

    @Override
    public synchronized void onData(ProxyData data) {
        String proxy = "proxy " + data.proxy() + ": ";
        said.keySet().removeIf(about -> about.startsWith(proxy));
        StringBuilder lines = new StringBuilder();
        for (HistoryRow row : data.history()) {
            String item = "item " + Long.toUnsignedString(row.itemId()) + " ";
            if (row.unsupported()) {
                say(notes, item, "is not supported: " + row.value().orElse(""));
            } else if (row.value().isPresent()) {
                said.remove(item);
                print(row, row.value().get(), lines);
            }
        }
        out.append(lines);
        if (out.checkError()) {
            // The proxy keeps what nobody has read.
            throw new IllegalStateException("standard output is closed");
        }
        data.registrations()
                .forEach(row -> notes.accept(proxy + "agent " + Excerpt.of(row.host()) + " announces itself"));
        data.discovery().forEach(row -> notes.accept(proxy + Excerpt.of(row.ip()) + " was discovered"));
    }

    private static void print(HistoryRow row, String value, StringBuilder lines) {
        lines.append(Long.toUnsignedString(row.itemId()))
                .append('|')
                .append(row.clock())
                .append('|')
                .append(row.ns())
                .append('|')
                .append(value.replace("\n", "\\n").replace("\r", "\\r"))
                .append('\n');
    }

    @Override
    public synchronized void onProblem(String proxy, String reason) {
        // Configuration and data of one proxy fail side by side, for different reasons perhaps.
        int colon = Math.max(0, reason.indexOf(':'));
        String about = proxy.isEmpty() ? "" : "proxy " + proxy + ": ";
        say(problems, about + reason.substring(0, colon), reason.substring(colon));
    }

    private void say(Consumer<String> to, String about, String what) {
        String before = said.remove(about);
        said.put(about, what);
        if (said.size() > REMEMBERED) {
            said.remove(said.keySet().iterator().next());
        }
        if (!what.equals(before)) {
            to.accept(about + what);
        }
    }
}
