package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mirror.codec.dhtp.LinkLines;
import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.RemoteConfiguration.Answer;
import io.mirror.transport.TransportException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How much configuration a mirror takes. */
class MirrorLimitsTest {
    private static final int WAITING = 64;
    private static final int LINKS = 1000;

    private final PointHub hub = PointHub.create();
    private final CountDownLatch mayStart = new CountDownLatch(1);
    private final List<Mirror> open = new ArrayList<>();

    @AfterEach
    void close() {
        mayStart.countDown();
        open.forEach(Mirror::close);
    }

    private Mirror start(Mirror.Builder builder) {
        Mirror mirror = builder.start();
        open.add(mirror);
        return mirror;
    }

    private MirrorMaster.Builder stuck(MirrorMaster.Builder listener, CountDownLatch reached) {
        reached.countDown();
        try {
            mayStart.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return listener;
    }

    @Test
    void onlySoManyCommandsOfAdministratorsWaitForTheirTurn() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        Mirror mirror = start(Mirror.builder(hub).listener(listener -> stuck(listener, reached)));
        BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
        mirror.remoteConfiguration().execute(new Command.Configure("tcp_service", List.of("1")), answers::add);
        assertThat(reached.await(60, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < WAITING; i++) {
            mirror.remoteConfiguration()
                    .execute(new Command.Configure("create_domain", List.of("d" + i)), answers::add);
        }
        assertThat(answers).isEmpty();
        mirror.remoteConfiguration().execute(new Command.Configure("create_domain", List.of("late")), answers::add);
        assertThat(answers).singleElement().satisfies(answer -> {
            assertThat(answer.code()).isEqualTo(StatusCode.FULL);
            assertThat(answer.text()).isEqualTo("Too many configuration commands");
        });
        mayStart.countDown();
        await().atMost(Loopback.LIMIT).until(() -> answers.size() == 1 + 1 + WAITING);
        assertThat(hub.domains()).hasSize(WAITING).doesNotContain("late");
        mirror.remoteConfiguration().execute(new Command.Configure("create_domain", List.of("later")), answers::add);
        await().atMost(Loopback.LIMIT).until(() -> hub.hasDomain("later"));
    }

    @Test
    void onlySoManyLinksAreConfigured() {
        Mirror mirror = start(Mirror.builder(hub));
        mirror.command("(enable_mirror_slave 0)");
        for (int i = 0; i < LINKS; i++) {
            assertThat(mirror.command(line("d" + i))).startsWith("(success");
        }
        assertThat(mirror.command(line("more")))
                .isEqualTo("(error \"-6: (mirror_master_2 localhost ...): There are 1000 links already\")");
        assertThatThrownBy(() -> mirror.link(LinkLines.read(
                        LinkLines.MIRROR_MASTER_2,
                        List.of("localhost", "4502", "0x12300000", "more", "plant", "1000", "5000"))))
                .isInstanceOf(TransportException.class)
                .hasMessage("There are 1000 links already");
        assertThat(mirror.command(line("d0")))
                .as("one that is there already may change")
                .startsWith("(success");
    }

    private static String line(String domain) {
        return "(mirror_master_2 localhost 4502 0x12300000 " + domain + " plant 1000 5000)";
    }
}
