package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.DiscoveryRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.RegistrationRow;
import io.mirror.codec.zabbix.RowProblem;
import io.mirror.codec.zabbix.Section;
import io.mirror.codec.zabbix.Task;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.core.point.Excerpt;
import io.mirror.replica.zabbix.exchange.ServerCounts.Count;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes the data of proxies, active or passive: checks it, drops repeats, hands it to the host (section 8). */
final class DataIntake {
    private final ProxyRegistry registry;
    private final ServerHandler handler;
    private final ServerCounts counts;

    DataIntake(ProxyRegistry registry, ServerHandler handler) {
        this.registry = registry;
        this.handler = handler;
        counts = registry.counts();
    }

    /** What became of a message; no info where daemons give none. */
    record Outcome(boolean success, String info) {
        static final Outcome OK = new Outcome(true, "");
    }

    Outcome take(ProxyState state, ProxyMessage message, Moment now) {
        String proxy = state.definition().name();
        ZabbixVersion version = ZabbixVersion.parse(message.version().orElse(""));
        if (!registry.acceptsData(version)) {
            counts.add(Count.VERSIONS_REFUSED, 1);
            handler.onProblem(
                    proxy, "proxy version " + version + " is not supported by server version " + registry.version());
            return new Outcome(
                    false, registry.dialect().atLeast(7, 0) ? "current proxy version is not supported by server" : "");
        }
        String session = message.session().orElse("");
        boolean hasHistory = !message.history().isEmpty();
        if (hasHistory && message.session().isPresent() && session.length() != SessionTokens.LENGTH) {
            return refused(proxy, "invalid session token length " + session.length());
        }
        Optional<RowProblem> failing = firstFailing(message);
        List<Task> results = new ArrayList<>();
        for (Task task : message.tasks()) {
            if (task instanceof Task.CommandResult || task instanceof Task.DataResult) {
                results.add(task);
            }
        }
        List<RowProblem> skipped = message.problems().stream()
                .filter(problem -> !problem.section().failsMessage())
                .toList();
        if (!skipped.isEmpty()) {
            counts.add(Count.ROWS_BAD, skipped.size());
            handler.onProblem(
                    proxy,
                    skipped.size() + " rows left out, the first is row "
                            + skipped.get(0).index() + " of "
                            + skipped.get(0).section().member() + ": "
                            + skipped.get(0).problem());
        }
        Section stop = failing.map(RowProblem::section).orElse(null);
        try {
            hand(state, message, session, stop, results, now);
        } catch (RuntimeException e) {
            return refused(proxy, "the server cannot take the data: " + Excerpt.of(String.valueOf(e.getMessage())));
        }
        if (hasHistory && stop != Section.AVAILABILITY && !session.isEmpty()) {
            state.taken(
                    session, message.history().get(message.history().size() - 1).id(), now);
        }
        return failing.map(problem -> refused(proxy, problem.problem())).orElse(Outcome.OK);
    }

    private void hand(
            ProxyState state,
            ProxyMessage message,
            String session,
            @Nullable Section stop,
            List<Task> results,
            Moment now) {
        String proxy = state.definition().name();
        ProxyData data = new ProxyData(
                proxy,
                message.availability(),
                stop == Section.AVAILABILITY ? List.of() : history(state, message, session, now),
                stop == Section.AVAILABILITY ? List.of() : discovery(proxy, message.discovery()),
                stop == Section.AVAILABILITY || stop == Section.DISCOVERY ? List.of() : message.registrations(),
                stop == null ? message.hostData() : List.of(),
                stop == null ? results : List.of());
        if (!data.isEmpty()) {
            handler.onData(data);
            counts.add(Count.VALUES_TAKEN, data.history().size());
        }
    }

    private Outcome refused(String proxy, String info) {
        counts.add(Count.DATA_REFUSED, 1);
        handler.onProblem(proxy, info);
        return new Outcome(false, info);
    }

    /** The daemon reads availability, history, discovery, registrations in this order and stops at the first fault. */
    private static Optional<RowProblem> firstFailing(ProxyMessage message) {
        for (Section section : new Section[] {Section.AVAILABILITY, Section.DISCOVERY, Section.REGISTRATION}) {
            for (RowProblem problem : message.problems()) {
                if (problem.section() == section) {
                    return Optional.of(problem);
                }
            }
        }
        return Optional.empty();
    }

    private List<HistoryRow> history(ProxyState state, ProxyMessage message, String session, Moment now) {
        String proxy = state.definition().name();
        long last = session.isEmpty() ? 0 : state.lastId(session, now);
        List<HistoryRow> fresh = new ArrayList<>(message.history().size());
        int counted = 0;
        for (HistoryRow row : message.history()) {
            boolean repeated = !session.isEmpty() && row.id() != 0 && Long.compareUnsigned(row.id(), last) <= 0;
            HistoryRow timed = row;
            if (row.clock() == HistoryRow.ABSENT) {
                timed = row.withTime(now.clock(), now.ns());
            } else if (row.ns() == HistoryRow.ABSENT) {
                timed = row.withTime(row.clock(), counted++);
            }
            if (repeated) {
                counts.add(Count.VALUES_REPEATED, 1);
            } else if (handler.accepts(proxy, timed)) {
                fresh.add(fitting(proxy, timed));
            } else {
                counts.add(Count.VALUES_REFUSED, 1);
            }
        }
        return fresh;
    }

    private HistoryRow fitting(String proxy, HistoryRow row) {
        if (row.unsupported() || row.value().isEmpty()) {
            return row;
        }
        Optional<String> objection = handler.valueType(proxy, row.itemId())
                .flatMap(type -> type.objection(row.value().get()));
        if (objection.isEmpty()) {
            return row;
        }
        counts.add(Count.VALUES_UNFIT, 1);
        return HistoryRow.unsupported(row.id(), row.itemId(), row.clock(), row.ns(), objection.get());
    }

    private List<DiscoveryRow> discovery(String proxy, List<DiscoveryRow> rows) {
        List<DiscoveryRow> valid = new ArrayList<>(rows.size());
        for (DiscoveryRow row : rows) {
            if (row.error().isPresent() || isAddress(row.ip())) {
                valid.add(row);
            } else {
                counts.add(Count.ROWS_BAD, 1);
                handler.onProblem(proxy, "discovery row with the invalid address " + Excerpt.of(row.ip()));
            }
        }
        return valid;
    }

    private static boolean isAddress(String text) {
        return io.netty.util.NetUtil.isValidIpV4Address(text) || io.netty.util.NetUtil.isValidIpV6Address(text);
    }

    static boolean hasSections(ProxyMessage message) {
        List<AvailabilityRow> availability = message.availability();
        List<RegistrationRow> registrations = message.registrations();
        return !availability.isEmpty()
                || !message.history().isEmpty()
                || !message.discovery().isEmpty()
                || !registrations.isEmpty()
                || !message.hostData().isEmpty()
                || !message.problems().isEmpty();
    }
}
