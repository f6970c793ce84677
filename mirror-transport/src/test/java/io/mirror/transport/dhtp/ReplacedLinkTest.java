package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static io.mirror.transport.dhtp.Loopback.awaitMirroring;
import static io.mirror.transport.dhtp.Loopback.config;
import static io.mirror.transport.dhtp.Loopback.master;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkMode;
import io.mirror.testing.StallMeter;
import io.mirror.transport.access.AccessPolicy;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A peer that is back replaces the connection that it left behind. */
@Tag("S-CON-8")
class ReplacedLinkTest {
    private static final int CYCLES = 100;
    private static final long WITHIN_MILLIS = 100;

    private final PointHub plant = PointHub.create();
    private final Loopback net = new Loopback();

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    @Test
    void aHundredTimesTheOlderConnectionOfOneLinkEnds() throws Exception {
        MirrorMaster master = net.keep(master(plant).start());
        try (StallMeter stalls = StallMeter.start()) {
            LiteralPeer older = openLink(master, "0000-peer", "7");
            net.keep(openLink(master, "0000-peer", "8"));
            net.keep(openLink(master, "0001-peer", "7"));
            long[] millis = new long[CYCLES];
            for (int i = 0; i < CYCLES; i++) {
                long start = System.nanoTime();
                LiteralPeer newer = openLink(master, "0000-peer", "7");
                older.expectEnd();
                millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                assertThat(master.replacedConnections()).isEqualTo(i + 1);
                older.close();
                older = newer;
            }
            net.keep(older);
            await().atMost(LIMIT).until(() -> master.links().size() == 3);
            assertThat(master.links())
                    .allSatisfy(link -> assertThat(link.mode()).isEqualTo(LinkMode.NATIVE));
            Arrays.sort(millis);
            System.out.println("replaced within " + millis[CYCLES / 2] + " ms, the slowest " + millis[CYCLES - 1]);
            assertThat(millis[CYCLES - 1]).isLessThanOrEqualTo(WITHIN_MILLIS + stalls.allowanceMillis());
        }
    }

    @Test
    void twoLinksOfOneHubToOneDomainDoNotReplaceEachOther() {
        MirrorMaster master = net.keep(master(plant).start());
        PointHub office = PointHub.create();
        MirrorSlave one = net.keep(
                MirrorSlave.builder(office, config(master.port()).build()).start());
        MirrorSlave two = net.keep(MirrorSlave.builder(
                        office, config(master.port()).localDomain("copy").build())
                .start());
        awaitMirroring(one);
        awaitMirroring(two);
        assertThat(master.links()).hasSize(2);
        assertThat(master.replacedConnections()).isZero();
    }

    /** Whoever says to be another's hub does not push its connection out without its login. */
    @Test
    void whoLoggedInAsSomebodyElseReplacesNobody() throws Exception {
        plant.point("plant:a").write(1L);
        MirrorMaster master = net.keep(master(plant)
                .access(AccessPolicy.parse("(user ops right) (user eve other)"
                        + " (allow * * * * read) (allow anonymous * * * connect read)"))
                .start());
        LiteralPeer victim = net.keep(openLink(master, "0000-peer", "7", "(auth \"ops\" \"right\")"));
        net.keep(openLink(master, "0000-peer", "7", "(auth \"eve\" \"other\")"));
        net.keep(openLink(master, "0000-peer", "7"));
        assertThat(master.replacedConnections()).isZero();
        victim.sendLine("(acksuccess 1) (domain \"plant\")");
        assertThat(victim.readMessage()).contains("success");
        net.keep(openLink(master, "0000-peer", "7", "(auth \"ops\" \"right\")"));
        victim.expectEnd();
        assertThat(master.replacedConnections()).isEqualTo(1);
    }

    private static LiteralPeer openLink(MirrorMaster master, String hub, String link, String... login)
            throws IOException {
        LiteralPeer peer = LiteralPeer.connect(master.port());
        for (String line : login) {
            peer.sendLine(line);
        }
        peer.sendLine("(mirror_caps 1 \"" + hub + "\" \"bin1 sync echo del link=" + link + "\")");
        assertThat(peer.readMessage()).startsWith("(mirror_caps 1 ");
        peer.sendLine(
                "(mirror_open \"plant\" " + LinkFlags.of(LinkFlag.READABLE).bits() + ")");
        peer.expect("(success \"mirror_open\" \"plant\")");
        return peer;
    }
}
