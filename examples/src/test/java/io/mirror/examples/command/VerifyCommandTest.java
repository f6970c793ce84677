package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import io.mirror.core.hub.StoreMode;
import io.mirror.core.point.PointState;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.dhtp.MirrorMaster;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
    private final PointHub near = PointHub.create();
    private final PointHub far = PointHub.create();
    private final MirrorMaster nearMaster = master(near, AccessPolicy.open());
    private final MirrorMaster farMaster = master(far, AccessPolicy.open());

    private static MirrorMaster master(PointHub hub, AccessPolicy access) {
        return MirrorMaster.builder(hub).bind("127.0.0.1", 0).access(access).start();
    }

    @AfterEach
    void close() {
        nearMaster.close();
        farMaster.close();
    }

    private static void set(PointHub hub, String name, long value) {
        PointState state = new PointState().integer(value).quality(192).time(1_700_000_000, 0);
        hub.point(name).store(state, Origin.HOST, StoreMode.NORMAL);
    }

    private static String address(MirrorMaster master) {
        return "127.0.0.1:" + master.port();
    }

    private String nearAddress() {
        return address(nearMaster);
    }

    private String farAddress() {
        return address(farMaster);
    }

    private void fill() {
        for (int i = 0; i < 1000; i++) {
            set(near, "plant:p" + i, i);
            set(far, "plant:p" + i, i);
        }
    }

    @Test
    void equalHubsAreSaidToBeEqualAndTheCodeIsZero() {
        fill();
        Run run = Run.of("verify", nearAddress(), "plant", "--with", farAddress());
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines())
                .containsExactly(
                        "plant at " + nearAddress() + " and plant at " + farAddress() + " are equal: 1,000 points");
        assertThat(run.code()).isZero();
    }

    @Test
    void differencesAreCountedAndNamedAndTheCodeIsOne() {
        fill();
        set(near, "plant:p7", -7);
        set(near, "plant:near only", 1);
        set(far, "plant:far only", 1);
        Run run = Run.of("verify", nearAddress(), "plant", "--with", farAddress());
        assertThat(run.err()).isEmpty();
        assertThat(run.code()).isEqualTo(1);
        List<String> lines = run.outLines();
        assertThat(lines.get(0))
                .isEqualTo("plant at " + nearAddress() + " and plant at " + farAddress()
                        + " differ: 1,001 points compared");
        assertThat(lines.subList(1, 4))
                .containsExactly(
                        "  1 point with another value, quality or time",
                        "  1 point only in plant at " + nearAddress(),
                        "  1 point only in plant at " + farAddress());
        assertThat(lines.subList(4, lines.size())).containsExactlyInAnyOrder("  p7", "  near only", "  far only");
        assertThat(near.read("plant:p7").orElseThrow().value())
                .as("nothing is repaired unasked")
                .hasToString("-7");
        assertThat(near.read("plant:far only")).isEmpty();
        assertThat(far.read("plant:near only")).isEmpty();
    }

    @Test
    void repairWritesWhatTheOtherHubHas() {
        fill();
        for (int i = 0; i < 200; i++) {
            set(near, "plant:p" + i, -i - 1);
        }
        set(far, "plant:far only", 1);
        Run run = Run.of("verify", nearAddress(), "plant", "--with", farAddress(), "--repair");
        assertThat(run.err()).isEmpty();
        assertThat(run.outLines())
                .contains("  and 101 more")
                .endsWith("repaired: 201 points written to plant at " + nearAddress() + ", both are equal now");
        assertThat(run.code()).isZero();
        assertThat(near.snapshot("plant")).containsExactlyInAnyOrderElementsOf(far.snapshot("plant"));
        assertThat(Run.of("verify", nearAddress(), "plant", "--with", farAddress())
                        .code())
                .isZero();
    }

    @Test
    void pointsThatOnlyTheFirstHubHasAreLeftThere() {
        fill();
        set(near, "plant:p1", -1);
        set(near, "plant:near only", 1);
        Run run = Run.of("verify", nearAddress(), "plant", "--with", farAddress(), "--repair");
        assertThat(run.outLines()).last().asString().contains("repaired: 1 point", "nothing was done about those");
        assertThat(run.code()).isEqualTo(1);
        assertThat(near.read("plant:near only")).isPresent();
    }

    @Test
    void domainsOfDifferentNamesAreCompared() {
        set(near, "line1:a", 1);
        set(far, "plant:a", 1);
        Run run = Run.of("verify", nearAddress(), "line1", "--with", farAddress(), "--with-domain", "plant");
        assertThat(run.outLines()).singleElement().asString().contains("line1 at", "plant at", "are equal: 1 point");
    }

    @Test
    void aSingleHubIsComparedWithTheCopyThatWasMadeOfIt() {
        fill();
        Run run = Run.of("verify", nearAddress(), "plant");
        assertThat(run.outLines())
                .containsExactly(
                        "plant at " + nearAddress() + " and the copy that was made of it are equal: 1,000 points");
        assertThat(run.code()).isZero();
    }

    @Test
    void whatCannotBeComparedIsAProblemInOneLine() {
        PointHub guarded = PointHub.create();
        set(guarded, "plant:a", 1);
        try (MirrorMaster closed = master(guarded, AccessPolicy.CONNECT_ONLY)) {
            assertThat(Run.of("verify", nearAddress(), "plant", "--with", address(closed))
                            .onlyProblem(1))
                    .contains(address(closed), "log in with --user NAME");
        }
        String gone = nearAddress();
        nearMaster.close();
        assertThat(Run.of("verify", gone, "plant").onlyProblem(1)).contains("nothing listens there");
    }
}
