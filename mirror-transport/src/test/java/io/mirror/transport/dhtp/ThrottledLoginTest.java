package io.mirror.transport.dhtp;

import static io.mirror.transport.dhtp.Loopback.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mirror.core.access.Credentials;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointValue;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.access.LoginThrottle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Peers that do not wait for the answer to their login, which comes late because somebody guessed passwords before. */
@Tag("S-AUTH-5")
class ThrottledLoginTest {
    private final Loopback net = new Loopback();
    private final PointHub hub = PointHub.create();
    private MirrorMaster master;

    @BeforeEach
    void guessPasswords() throws Exception {
        master = net.keep(Loopback.master(hub)
                .access(AccessPolicy.parse("(user ops \"pw\")\n(allow ops * * * data)\n"))
                .start());
        for (int i = 0; i < LoginThrottle.FREE_FAILURES; i++) {
            LiteralPeer guesser = net.keep(LiteralPeer.connect(master.port()));
            guesser.sendLine("(auth \"ops\" \"guess\")");
            assertThat(guesser.readMessage()).contains("-23");
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        net.closeAll();
    }

    @Test
    void aSlaveMirrorsOnItsFirstConnection() {
        hub.write("plant:level", PointValue.of(7));
        PointHub copy = PointHub.create();
        MirrorSlave slave = net.keep(MirrorSlave.builder(
                        copy,
                        Loopback.config(master.port())
                                .credentials(Credentials.of("ops", "pw"))
                                .build())
                .allowPlaintextSecrets(true)
                .start());
        Loopback.awaitMirroring(slave);
        Loopback.awaitValue(copy, "plant:level", 7);
        assertThat(slave.status().connects()).isEqualTo(1);
        assertThat(slave.status().lastCause()).isEmpty();
    }

    @Test
    void everythingThatAForeignClientSendsBehindItsLoginIsCarriedOutInOrder() throws Exception {
        LiteralPeer client = net.keep(LiteralPeer.connect(master.port()));
        StringBuilder all =
                new StringBuilder("(acksuccess 0)(auth\"ops\" \"pw\")(domain \"plant\")\n(heartbeat 1000)\n");
        int writes = 5000;
        for (int i = 1; i <= writes; i++) {
            all.append("(cwrite \"level\" 2 ")
                    .append(i)
                    .append(" 100 0 0 1700000000 ")
                    .append(i)
                    .append(" 0 192)\n");
        }
        all.append("(read \"level\")\n");
        client.send(all.toString());
        client.expect("(point \"plant:level\" 2 " + writes + " 100 0 0 1700000000 " + writes + " 0 192)");
        await().atMost(LIMIT)
                .until(() -> hub.read("plant:level").orElseThrow().value().equals(PointValue.of(writes)));
        assertThat(hub.counters().changes()).isEqualTo(writes);
    }
}
