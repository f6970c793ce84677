package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.HistoryRow;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A host of the server role that writes down what happens. */
final class ServerRig implements ServerHandler {
    final List<ProxyData> data = new ArrayList<>();
    final List<String> problems = new ArrayList<>();
    final Map<Long, ValueType> types = new HashMap<>();
    final List<Long> foreign = new ArrayList<>();
    ServerConfiguration configuration = ServerConfiguration.of(new ConfigurationTables()
            .host(10084, "web-1", 1, "127.0.0.1", 10050)
            .trapperItem(23, 10084, "t.float", ValueType.FLOAT)
            .build());
    boolean broken;

    @Override
    public ServerConfiguration configurationOf(String proxy) {
        if (broken) {
            throw new IllegalStateException("the database is away");
        }
        return configuration;
    }

    @Override
    public void onData(ProxyData received) {
        if (broken) {
            throw new IllegalStateException("the database is away");
        }
        data.add(received);
    }

    @Override
    public Optional<ValueType> valueType(String proxy, long itemId) {
        return Optional.ofNullable(types.get(itemId));
    }

    @Override
    public boolean accepts(String proxy, HistoryRow row) {
        return !foreign.contains(row.itemId());
    }

    @Override
    public void onProblem(String proxy, String reason) {
        problems.add(proxy + ": " + reason);
    }

    /** All values so far, as {@code item=text}. */
    List<String> values() {
        List<String> values = new ArrayList<>();
        for (ProxyData received : data) {
            for (HistoryRow row : received.history()) {
                values.add(row.itemId() + "=" + row.value().orElse("-"));
            }
        }
        return values;
    }

    static PeerIdentity peer(ConnectionKind kind, String psk, String issuer, String subject) {
        return new PeerIdentity(InetAddress.getLoopbackAddress(), kind, psk, issuer, subject);
    }

    static PeerIdentity plain() {
        return peer(ConnectionKind.UNENCRYPTED, "", "", "");
    }
}
