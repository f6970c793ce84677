package io.mirror.examples.command.zabbix;

import io.mirror.codec.zabbix.AvailabilityRow;
import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ConfigTable;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.Task;
import io.mirror.core.point.Excerpt;
import io.mirror.replica.zabbix.ProxyConfiguration;
import io.mirror.replica.zabbix.ProxyConfiguration.Item;
import io.mirror.replica.zabbix.ZabbixProxy;
import io.mirror.replica.zabbix.exchange.ProxyEvents;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** A proxy at work: items, values from outside, and what it says about itself. */
final class RunningProxy implements AutoCloseable {
    private static final int MAX_ROWS = 1_000_000;
    private static final int MAX_OTHER_ROWS = 10_000;
    private static final long TICK_MILLIS = 250;
    private static final long AGENT_INTERFACE = 1;

    private final Consumer<String> problems;
    private final Consumer<String> notes;
    private final ProxyOutbox outbox;
    private final ItemTimetable timetable;
    private final ProxyConfiguration configuration;
    private final ShellCommands commands;
    private final ZabbixProxy proxy;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread daemon = new Thread(task, "zabbix-items");
        daemon.setDaemon(true);
        return daemon;
    });
    private final CountDownLatch configured = new CountDownLatch(1);
    private final Set<Long> reportedInterfaces = new HashSet<>();
    private volatile Map<String, Item> byName = Map.of();
    private volatile boolean closed;

    RunningProxy(ProxySettings settings, Consumer<String> notes, Consumer<String> problems) throws IOException {
        this.notes = notes;
        this.problems = problems;
        outbox = new ProxyOutbox(settings.openBuffer(), MAX_OTHER_ROWS);
        timetable = new ItemTimetable(
                new MachineItems(Path.of("/proc"), settings.options().name()), outbox);
        configuration = new ProxyConfiguration(MAX_ROWS, this::configured);
        commands = new ShellCommands(settings.options().dialect().atLeast(7, 0) ? 60 : 30);
        ZabbixProxy.Builder builder =
                ZabbixProxy.builder(settings.options(), outbox, configuration).events(new Events());
        settings.apply(builder);
        if (settings.remoteCommands()) {
            builder.commands(commands);
        }
        try {
            proxy = builder.start();
        } catch (RuntimeException e) {
            commands.close();
            outbox.close();
            throw e;
        }
        timer.scheduleWithFixedDelay(
                () -> timetable.run(System.nanoTime()), TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    Optional<InetSocketAddress> address() {
        return proxy.address();
    }

    private static String name(String host, String key) {
        return host + "\0" + key;
    }

    private void configured(ProxyConfiguration changed) {
        Map<String, Item> items = changed.items().stream()
                .collect(Collectors.toMap(item -> name(item.host(), item.key()), item -> item, (a, b) -> a));
        boolean news = !items.equals(byName) || configured.getCount() > 0;
        byName = items;
        timetable.configure(changed.items(), System.nanoTime());
        for (ConfigTable table : changed.tables()) {
            if (table.name().equals("interface")) {
                table.rows().forEach(this::reportInterface);
            }
        }
        configured.countDown();
        if (news) {
            notes.accept("configuration: " + items.size() + " items");
        }
    }

    /** What an agent would tell is read here, so agents are available; said once for each interface. */
    private void reportInterface(ConfigRow row) {
        long id = row.number("interfaceid").orElse(0);
        if (row.number("type").orElse(0) == AGENT_INTERFACE && reportedInterfaces.add(id)) {
            outbox.offer(AvailabilityRow.of(id, 1, ""));
        }
    }

    /** Takes values until the input ends, line by line, once it is known which items there are. */
    void takeValues(BufferedReader lines) throws IOException, InterruptedException {
        configured.await();
        int number = 0;
        for (String line = lines.readLine(); line != null && !closed; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                take(ValueLine.parse(line));
            } catch (IllegalArgumentException e) {
                problems.accept("standard input: line " + number + ": " + e.getMessage());
            }
        }
    }

    private void take(ValueLine line) throws InterruptedException {
        Item item = byName.get(name(line.host(), line.key()));
        if (item == null) {
            throw new IllegalArgumentException(
                    "host " + Excerpt.of(line.host()) + " has no item " + Excerpt.of(line.key()));
        }
        HistoryRow row = item.type()
                .objection(line.value())
                .map(reason -> HistoryRow.unsupported(0, item.itemId(), line.clock(), line.ns(), reason))
                .orElse(HistoryRow.of(0, item.itemId(), line.clock(), line.ns(), line.value()));
        // Whoever writes to us waits while the buffer is full; a timed wait, as nobody tells when there is room.
        while (!outbox.offer(row) && !closed) {
            TimeUnit.MILLISECONDS.sleep(TICK_MILLIS);
        }
    }

    long pendingValues() {
        return outbox.pendingValues();
    }

    /** Stops everything; what was not delivered stays in the buffer's directory, if it has one. */
    @Override
    public void close() {
        closed = true;
        configured.countDown();
        timer.shutdownNow();
        proxy.close();
        commands.close();
        outbox.close();
    }

    /** Says what goes wrong, each thing once until it is right again. */
    private final class Events implements ProxyEvents {
        private final Map<String, String> failing = new java.util.concurrent.ConcurrentHashMap<>();

        @Override
        public void onDelivered(int count) {
            failing.remove("proxy data");
        }

        @Override
        public void onFailure(String what, String reason) {
            if (!reason.equals(failing.put(what, reason))) {
                problems.accept(what + ": " + reason);
            }
        }

        @Override
        public void onUpload(boolean enabled) {
            notes.accept(enabled ? "the server wants data again" : "the server wants no data for now");
        }

        @Override
        public void onCheckNow(Task.CheckNow task) {
            timetable.checkNow(task.itemId(), System.nanoTime());
        }

        @Override
        public void onTaskRefused(Task task, String reason) {
            problems.accept("a task was not carried out: " + reason);
        }
    }
}
