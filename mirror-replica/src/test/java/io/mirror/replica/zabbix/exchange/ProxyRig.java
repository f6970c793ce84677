package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.Task;
import io.mirror.core.access.Secret;
import java.util.ArrayList;
import java.util.List;

/** What stands around the exchange of a proxy; it writes down what happens. */
final class ProxyRig implements ConfigurationListener, ProxyEvents {
    static final String SESSION = "0123456789abcdef0123456789abcdef";

    final List<String> happened = new ArrayList<>();
    final ProxyOutbox outbox = new ProxyOutbox(new MemoryHistoryBuffer(SESSION, 100_000), 10_000);
    boolean refuseConfiguration;

    static HistoryRow value(long item, String text) {
        return HistoryRow.of(0, item, Wire.EPOCH, 7, text);
    }

    static Task.RemoteCommand command(long id, long clock, long ttl) {
        return new Task.RemoteCommand(
                clock,
                ttl,
                0,
                "uptime",
                2,
                0,
                0,
                "root",
                Secret.of("password-marker"),
                Secret.of("public-marker"),
                Secret.of("private-marker"),
                0,
                id,
                10084);
    }

    @Override
    public void begin() {
        happened.add("begin");
    }

    @Override
    public void onTable(String name, List<String> fields) {
        happened.add("table " + name + fields);
    }

    @Override
    public void onRow(ConfigRow row) {
        happened.add("row " + row.text(0));
    }

    @Override
    public void commit(ProxyMessage rest) {
        if (refuseConfiguration) {
            throw new IllegalStateException("no room for it");
        }
        happened.add("commit" + rest.configRevision().stream().boxed().toList());
    }

    @Override
    public void abort(String reason) {
        happened.add("abort " + reason);
    }

    @Override
    public void onDelivered(int count) {
        happened.add("delivered " + count);
    }

    @Override
    public void onFailure(String what, String reason) {
        happened.add("failure " + what + ": " + reason);
    }

    @Override
    public void onUpload(boolean enabled) {
        happened.add("upload " + enabled);
    }

    @Override
    public void onCheckNow(Task.CheckNow task) {
        happened.add("check " + task.itemId());
    }

    @Override
    public void onTaskRefused(Task task, String reason) {
        happened.add("refused " + reason);
    }

    List<String> takeHappened() {
        List<String> taken = List.copyOf(happened);
        happened.clear();
        return taken;
    }
}
