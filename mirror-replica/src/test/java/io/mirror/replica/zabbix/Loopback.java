package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.codec.zabbix.Task;
import io.mirror.core.access.Secret;
import io.mirror.replica.zabbix.exchange.CommandExecutor;
import io.mirror.replica.zabbix.exchange.ConfigurationTables;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.MemoryHistoryBuffer;
import io.mirror.replica.zabbix.exchange.ProxyData;
import io.mirror.replica.zabbix.exchange.ProxyEvents;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import io.mirror.replica.zabbix.exchange.ServerConfiguration;
import io.mirror.replica.zabbix.exchange.ServerHandler;
import io.mirror.replica.zabbix.exchange.SessionTokens;
import io.mirror.replica.zabbix.exchange.ValueType;
import io.mirror.testing.TestPki;
import io.mirror.transport.ClientAuthentication;
import io.mirror.transport.PskKey;
import io.mirror.transport.PskOptions;
import io.mirror.transport.TlsOptions;
import io.mirror.transport.TlsProvider;
import io.netty.pkitesting.X509Bundle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** The two ends of the loopback tests, and what they are told. */
final class Loopback {
    static final String IDENTITY = "mirror psk 1";
    static final String KEY = "1f87b595725ac58dd977beef14b97461a7c1045b9a1c963065002c5473194952";
    static final ProxyOptions QUICK =
            ProxyOptions.of("P").withPeriods(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(20));

    /** For a machine that has much else to do. */
    static final ZabbixTimeouts PATIENT = new ZabbixTimeouts(
            Duration.ofSeconds(30), Duration.ofMinutes(10), Duration.ofMinutes(5), Duration.ofSeconds(30));

    private Loopback() {}

    static ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
    }

    static PskKey key() {
        return PskKey.ofHex(IDENTITY, Secret.of(KEY));
    }

    static ZabbixTls psk() {
        return ZabbixTls.psk(PskOptions.zabbix().key(key()).build());
    }

    static TlsOptions certificate(X509Bundle bundle) {
        return TlsOptions.builder()
                .provider(TlsProvider.JDK)
                .identity(TestPki.identity(bundle))
                .trust(TestPki.trust(TestPki.CA))
                .validateHost(false)
                .clientAuthentication(ClientAuthentication.NEED)
                .build();
    }

    static X509Bundle named(String subject) {
        return TestPki.build(TestPki.leaf().subject(subject), TestPki.CA);
    }

    static ZabbixTls tls(ConnectionKind kind, String subject) {
        return switch (kind) {
            case UNENCRYPTED -> ZabbixTls.plain();
            case PSK -> psk();
            case CERTIFICATE -> ZabbixTls.certificates(certificate(named(subject)));
        };
    }

    /** A server's host. */
    static final class Host implements ServerHandler {
        final List<HistoryRow> values = new CopyOnWriteArrayList<>();
        final List<ProxyData> others = new CopyOnWriteArrayList<>();
        final List<String> problems = new CopyOnWriteArrayList<>();
        volatile ServerConfiguration configuration = ServerConfiguration.of(new ConfigurationTables()
                .host(10084, "web-1", 1, "127.0.0.1", 10050)
                .trapperItem(23, 10084, "t.text", ValueType.TEXT)
                .build());

        @Override
        public ServerConfiguration configurationOf(String proxy) {
            return configuration;
        }

        @Override
        public void onData(ProxyData data) {
            List<HistoryRow> rows = new ArrayList<>(data.history());
            values.addAll(rows);
            if (rows.isEmpty()) {
                others.add(data);
            } else if (!data.results().isEmpty() || !data.availability().isEmpty()) {
                others.add(data);
            }
        }

        @Override
        public void onProblem(String proxy, String reason) {
            problems.add(proxy + ": " + reason);
        }

        List<Task> results() {
            List<Task> results = new ArrayList<>();
            others.forEach(data -> results.addAll(data.results()));
            return results;
        }
    }

    /** A proxy's host. */
    static final class Site implements ProxyEvents {
        final ProxyOutbox outbox = new ProxyOutbox(new MemoryHistoryBuffer(SessionTokens.random(), 100_000), 10_000);
        final ProxyConfiguration configuration = new ProxyConfiguration(10_000);
        final List<String> failures = new CopyOnWriteArrayList<>();
        final List<String> uploads = new CopyOnWriteArrayList<>();
        final List<Long> checks = new CopyOnWriteArrayList<>();

        void offer(int count) {
            for (int i = 0; i < count; i++) {
                outbox.offer(HistoryRow.of(0, 23, 1_700_000_000L + i / 1_000, i % 1_000, "value " + i));
            }
        }

        ZabbixProxy.Builder builder(ProxyOptions options) {
            return ZabbixProxy.builder(options, outbox, configuration)
                    .events(this)
                    .timeouts(PATIENT);
        }

        @Override
        public void onFailure(String what, String reason) {
            failures.add(what + ": " + reason);
        }

        @Override
        public void onUpload(boolean enabled) {
            uploads.add(enabled ? "enabled" : "disabled");
        }

        @Override
        public void onCheckNow(Task.CheckNow task) {
            checks.add(task.itemId());
        }
    }

    static final CommandExecutor ECHO =
            command -> CompletableFuture.supplyAsync(() -> new CommandExecutor.Outcome(0, "ran " + command.command()));

    static Task.RemoteCommand command(long id) {
        return new Task.RemoteCommand(
                System.currentTimeMillis() / 1_000,
                600,
                0,
                "uptime",
                2,
                0,
                0,
                "",
                Secret.of(""),
                Secret.of(""),
                Secret.of(""),
                0,
                id,
                10084);
    }

    /** Whether the values of {@link Site#offer} arrived, each once, in order, at their times. */
    static boolean complete(Host host, int count) {
        return host.values.size() >= count;
    }

    static List<String> texts(List<HistoryRow> rows) {
        return rows.stream()
                .map(row -> row.clock() + "." + row.ns() + " " + row.value().orElse("-"))
                .toList();
    }

    static List<String> expected(int count) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add((1_700_000_000L + i / 1_000) + "." + i % 1_000 + " value " + i);
        }
        return texts;
    }
}
