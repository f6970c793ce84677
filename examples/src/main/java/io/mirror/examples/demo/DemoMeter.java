package io.mirror.examples.demo;

import io.mirror.core.hub.HubPoint;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkCounters;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.core.point.Quality;
import io.mirror.examples.telemetry.Telemetry;
import io.mirror.transport.dhtp.LinkStatus;
import io.mirror.transport.dhtp.MirrorSlave;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Reads the counters of both sides and makes rates of them. Used by one thread. */
final class DemoMeter {
    private static final int ROWS = 10;

    private final PointHub hub;
    private final Telemetry telemetry;
    private final MirrorSlave slave;
    private final Relay relay;
    private final MasterProcess master;
    private final List<String> rowNames = new ArrayList<>();

    private @Nullable Frame last;
    private long sentBefore;
    private long conflatedBefore;
    private long connects;
    private @Nullable LinkCounters present;
    private long changesAtStart;

    DemoMeter(PointHub hub, Telemetry telemetry, MirrorSlave slave, Relay relay, MasterProcess master) {
        this.hub = hub;
        this.telemetry = telemetry;
        this.slave = slave;
        this.relay = relay;
        this.master = master;
    }

    void start() {
        changesAtStart = telemetry.changes();
    }

    /** Changes since the start, the first values not counted. */
    long changes() {
        return telemetry.changes() - changesAtStart;
    }

    long sent() {
        return sentBefore + (present == null ? 0 : present.pointsSent());
    }

    long conflated() {
        return conflatedBefore + (present == null ? 0 : conflated(present));
    }

    long bytes() {
        return relay.bytesToMaster() + relay.bytesToSlave();
    }

    long connects() {
        return connects;
    }

    Optional<Frame> last() {
        return Optional.ofNullable(last);
    }

    private static long conflated(LinkCounters counters) {
        return counters.queue().conflated() + counters.queue().droppedFull();
    }

    Frame frame(long elapsedMillis, long totalMillis, boolean cut) {
        if (rowNames.isEmpty()) {
            rowNames.addAll(chooseRows());
        }
        LinkStatus status = slave.status();
        readCounters(status);
        MasterReport report = master.report(rowNames);
        int points = 0;
        int good = 0;
        int gone = 0;
        PointState state = new PointState();
        for (HubPoint point : hub.points(Demo.DOMAIN)) {
            points++;
            good += Quality.of(point.read(state).quality()).isGood() ? 1 : 0;
            gone += state.quality() == Quality.OUT_OF_SERVICE.code() ? 1 : 0;
        }
        Frame before = last;
        double seconds = before == null ? 0 : (elapsedMillis - before.elapsedMillis()) / 1000.0;
        long changes = changes();
        long sent = sent();
        long bytes = bytes();
        Frame frame = new Frame(
                elapsedMillis,
                totalMillis,
                status.state().toString(),
                cut,
                points,
                good,
                gone,
                changes,
                sent,
                bytes,
                before == null ? 0 : rate(changes - before.changes(), seconds),
                before == null ? 0 : rate(sent - before.sent(), seconds),
                before == null ? 0 : rate(report.received() - before.master().received(), seconds),
                before == null ? 0 : rate(bytes - before.bytes(), seconds),
                status.connects(),
                report,
                rows(report));
        last = frame;
        return frame;
    }

    private static double rate(long count, double seconds) {
        return seconds <= 0 ? 0 : count / seconds;
    }

    /** The link's counters begin anew with every connection. */
    private void readCounters(LinkStatus status) {
        LinkCounters before = present;
        if (status.connects() != connects && before != null && connects > 0) {
            sentBefore += before.pointsSent();
            conflatedBefore += conflated(before);
        }
        connects = status.connects();
        present = status.counters().orElse(null);
    }

    private List<Frame.Row> rows(MasterReport report) {
        List<Frame.Row> rows = new ArrayList<>();
        for (MasterReport.Row there : report.rows()) {
            hub.find(PointName.of(Demo.DOMAIN, there.name()))
                    .map(HubPoint::read)
                    .ifPresent(here -> rows.add(new Frame.Row(
                            there.name(),
                            here.value().toString(),
                            here.quality().label(),
                            there.value(),
                            there.quality())));
        }
        return rows;
    }

    /** Points that say something to people, as far as this machine has them. */
    private List<String> chooseRows() {
        Set<String> names = new TreeSet<>();
        for (Point point : hub.snapshot(Demo.DOMAIN)) {
            names.add(point.name().name());
        }
        long pid = ProcessHandle.current().pid();
        Set<String> chosen = new LinkedHashSet<>();
        List<Predicate<String>> wishes = List.of(
                name -> name.matches("cpu\\.(all|[0-3])\\.busy_percent"),
                name -> name.equals("machine.cpu_percent"),
                name -> name.equals("load.1min"),
                name -> name.equals("memory.memavailable_bytes") || name.equals("machine.memory_free_bytes"),
                name -> name.equals("vm.pgfault"),
                name -> name.matches("disk\\..*\\.written_bytes"),
                name -> name.equals("net.lo.received_bytes"),
                name -> name.startsWith("process." + pid + ".") && name.endsWith("user_seconds"),
                name -> name.equals("process.count"),
                name -> name.equals("jvm.heap.used_bytes"),
                name -> name.equals("jvm.cpu_nanoseconds"));
        for (Predicate<String> wish : wishes) {
            names.stream().filter(wish).limit(4).forEach(chosen::add);
        }
        return chosen.stream().limit(ROWS).toList();
    }
}
