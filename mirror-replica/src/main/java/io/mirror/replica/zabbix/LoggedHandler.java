package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.ValueType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Says each problem of a proxy once in the log, until many others were said since, and passes everything on. */
final class LoggedHandler implements ServerHandler {
    private static final Logger LOGGER = System.getLogger("io.mirror.replica.zabbix");
    private static final int REMEMBERED = 1_000;

    private final ServerHandler to;
    /** Problems in the order in which they were last met. */
    private final Map<Problem, Boolean> said = new LinkedHashMap<>(16, 0.75f, true);

    private record Problem(String proxy, String reason) {}

    LoggedHandler(ServerHandler to) {
        this.to = to;
    }

    @Override
    public ServerConfiguration configurationOf(String proxy) {
        return to.configurationOf(proxy);
    }

    @Override
    public void onData(ProxyData data) {
        to.onData(data);
    }

    @Override
    public Optional<ValueType> valueType(String proxy, long itemId) {
        return to.valueType(proxy, itemId);
    }

    @Override
    public boolean accepts(String proxy, HistoryRow row) {
        return to.accepts(proxy, row);
    }

    @Override
    public void onProblem(String proxy, String reason) {
        boolean news;
        synchronized (said) {
            news = said.put(new Problem(proxy, reason), true) == null;
            if (said.size() > REMEMBERED) {
                said.remove(said.keySet().iterator().next());
            }
        }
        if (news) {
            LOGGER.log(Level.WARNING, "proxy \"{0}\": {1}", proxy, reason);
        }
        to.onProblem(proxy, reason);
    }
}
