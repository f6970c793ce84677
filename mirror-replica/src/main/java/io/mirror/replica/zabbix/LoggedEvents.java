package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.Task;
import io.mirror.core.point.Excerpt;
import io.mirror.replica.zabbix.exchange.ProxyEvents;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;

/** Counts, says each failure once in the log, until it changes, and passes everything on. */
final class LoggedEvents implements ProxyEvents {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.zabbix");

    private final String name;
    private final ProxyEvents to;
    private final ProxyCounts counts;
    private final Map<String, String> last = new HashMap<>();

    LoggedEvents(String name, ProxyEvents to, ProxyCounts counts) {
        this.name = name;
        this.to = to;
        this.counts = counts;
    }

    @Override
    public void onDelivered(int count) {
        counts.delivered(count);
        last.remove("proxy data");
        to.onDelivered(count);
    }

    @Override
    public void onFailure(String what, String reason) {
        counts.failed(what);
        if (!reason.equals(last.put(what, reason))) {
            LOGGER.log(Level.WARNING, "proxy {0}: {1}: {2}", name, what, reason);
        }
        to.onFailure(what, reason);
    }

    @Override
    public void onUpload(boolean enabled) {
        LOGGER.log(Level.INFO, "proxy {0}: the server {1}", name, enabled ? "wants data again" : "wants no data now");
        to.onUpload(enabled);
    }

    @Override
    public void onCheckNow(Task.CheckNow task) {
        to.onCheckNow(task);
    }

    @Override
    public void onTaskRefused(Task task, String reason) {
        counts.taskRefused();
        LOGGER.log(Level.WARNING, "proxy {0}: task not carried out: {1}", name, Excerpt.of(reason));
        to.onTaskRefused(task, reason);
    }
}
