package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.testing.ChildJvm;
import io.mirror.testing.ExternalProgram;
import io.mirror.testing.StallMeter;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Packets between two network namespaces vanish in one direction or both, while links are idle and while they write. */
@Tag("S-CON-4")
class HalfOpenLinkTest {
    private static final Duration STEP = Duration.ofSeconds(30);
    private static final long TIMEOUT_MILLIS = 2000;
    /** What the requirement adds to the timeout. */
    private static final long GRACE_MILLIS = 1000;

    private static final String ID = Long.toString(ProcessHandle.current().pid() % 1_000_000);
    private static final String NAMESPACE = "mirror-" + ID;
    private static final String OUTSIDE = "mo" + ID;
    private static final String INSIDE = "mi" + ID;
    private static final String MASTER_ADDRESS = "198.51.100.1";

    /** A link whose packets vanish: those to the slave, those to the master, or all. */
    private static final class Case {
        final String chain;
        final boolean writing;
        final PointHub hub = PointHub.create();
        final MirrorMaster master;

        Case(String chain, boolean writing) {
            this.chain = chain;
            this.writing = writing;
            hub.point("plant:master").write("start");
            master = MirrorMaster.builder(hub)
                    .bind(MASTER_ADDRESS, 0)
                    .access(AccessPolicy.open())
                    .start();
        }

        String port() {
            return Integer.toString(master.port());
        }

        @Override
        public String toString() {
            return chain + (writing ? " writing" : " idle");
        }
    }

    private final List<Case> cases = new ArrayList<>();
    private boolean namespaceMade;

    private static ExternalProgram.Result ip(String... arguments) throws Exception {
        return ExternalProgram.find("ip", "iproute2").run("", STEP, arguments);
    }

    private static void mustIp(String... arguments) throws Exception {
        ExternalProgram.Result result = ip(arguments);
        if (result.exitCode() != 0) {
            ExternalProgram.missing("network namespaces are not permitted here: " + result.output());
        }
    }

    @BeforeEach
    void makeNamespace() throws Exception {
        ExternalProgram.find("iptables", "iptables");
        mustIp("netns", "add", NAMESPACE);
        namespaceMade = true;
        mustIp("link", "add", OUTSIDE, "type", "veth", "peer", "name", INSIDE, "netns", NAMESPACE);
        mustIp("addr", "add", MASTER_ADDRESS + "/24", "dev", OUTSIDE);
        mustIp("link", "set", OUTSIDE, "up");
        mustIp("-n", NAMESPACE, "addr", "add", "198.51.100.2/24", "dev", INSIDE);
        mustIp("-n", NAMESPACE, "link", "set", INSIDE, "up");
        // Whether packets can be dropped is seen before links are made.
        drop("OUTPUT", "--dport", "1");
    }

    @AfterEach
    void removeNamespace() throws Exception {
        cases.forEach(one -> one.master.close());
        if (namespaceMade) {
            ip("link", "del", OUTSIDE);
            ip("netns", "del", NAMESPACE);
        }
    }

    private static void drop(String chain, String portOption, String port) throws Exception {
        mustIp("netns", "exec", NAMESPACE, "iptables", "-A", chain, "-p", "tcp", portOption, port, "-j", "DROP");
    }

    @Test
    void bothEndsNoticeThatPacketsVanish() throws Exception {
        for (String chain : List.of("INPUT", "OUTPUT", "BOTH")) {
            cases.add(new Case(chain, false));
            cases.add(new Case(chain, true));
        }
        List<String> arguments = new ArrayList<>(List.of(MASTER_ADDRESS, Long.toString(TIMEOUT_MILLIS)));
        for (Case one : cases) {
            arguments.addAll(List.of(one.port(), one.writing ? "writing" : "idle"));
        }
        Map<String, Long> down = new ConcurrentHashMap<>();
        Map<String, String> causes = new ConcurrentHashMap<>();
        Map<String, Long> masterDown = new ConcurrentHashMap<>();
        try (StallMeter stalls = StallMeter.start();
                ChildJvm slaves = ChildJvm.start(
                        List.of("ip", "netns", "exec", NAMESPACE),
                        List.of("-Xmx128m"),
                        HalfOpenSlave.class,
                        arguments.toArray(String[]::new))) {
            for (int i = 0; i < cases.size(); i++) {
                assertThat(slaves.readLine()).startsWith("UP ");
            }
            listenFor(slaves, down, causes);
            Map<String, Long> dropped = new ConcurrentHashMap<>();
            for (Case one : cases) {
                if (!one.chain.equals("OUTPUT")) {
                    drop("INPUT", "--sport", one.port());
                }
                if (!one.chain.equals("INPUT")) {
                    drop("OUTPUT", "--dport", one.port());
                }
                dropped.put(one.port(), System.nanoTime());
            }
            long[] count = {0};
            await().atMost(STEP).pollInterval(Duration.ofMillis(5)).until(() -> {
                for (Case one : cases) {
                    if (one.writing) {
                        one.hub.point("plant:master").write("x".repeat(1000) + count[0]++);
                    }
                    if (one.master.links().isEmpty()) {
                        masterDown.putIfAbsent(one.port(), System.nanoTime());
                    }
                }
                return masterDown.size() == cases.size() && down.size() == cases.size();
            });
            long limit = TIMEOUT_MILLIS + GRACE_MILLIS + stalls.allowanceMillis();
            for (Case one : cases) {
                long start = dropped.get(one.port());
                long master = TimeUnit.NANOSECONDS.toMillis(masterDown.get(one.port()) - start);
                long slave = TimeUnit.NANOSECONDS.toMillis(down.get(one.port()) - start);
                System.out.println("half open, " + one + ": master after " + master + " ms, slave after " + slave
                        + " ms: " + causes.get(one.port()));
                assertThat(master).as("master, %s", one).isLessThanOrEqualTo(limit);
                assertThat(slave).as("slave, %s", one).isLessThanOrEqualTo(limit);
            }
        }
    }

    private static void listenFor(ChildJvm slaves, Map<String, Long> down, Map<String, String> causes) {
        Thread reader = new Thread(
                () -> {
                    try {
                        while (true) {
                            String[] words = slaves.readLine().split(" ", 3);
                            if (words[0].equals("DOWN")) {
                                down.putIfAbsent(words[1], System.nanoTime());
                                causes.putIfAbsent(words[1], words[2]);
                            }
                        }
                    } catch (IOException | AssertionError ended) {
                        // The test is over.
                    }
                },
                "half-open-slaves");
        reader.setDaemon(true);
        reader.start();
    }
}
