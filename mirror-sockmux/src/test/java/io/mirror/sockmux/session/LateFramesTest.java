package io.mirror.sockmux.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.sockmux.FrameType;
import io.mirror.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Channels come and go, answers arrive in any order, and frames of channels that are over arrive late: those are counted
 * and dropped, and no number is used again before both ends have closed.
 */
@Tag("S-MUX-6")
class LateFramesTest {
    private static final long FRAMES = Long.getLong("mirror.sockmux.frames", 1_000_000);

    private static final int NO = 255;
    private static final int MAX = 61;

    /** A channel as the peer sees it. */
    private static final class Known {
        final TestEnd.Local local;
        final String data;
        int ours;
        int theirs;
        boolean open;
        boolean closing;
        String received = "";

        Known(TestEnd.Local local, int serial) {
            this.local = local;
            data = "<" + serial + ">";
        }
    }

    private final MuxOptions options = MuxOptions.builder()
            .limits(MuxLimits.builder()
                    .ignoredPerMinute(1_000_000_000)
                    .opensPerSecond(1_000_000)
                    .opensBurst(1_000_000)
                    .build())
            .build();

    private SplittableRandom random = new SplittableRandom();
    private TestEnd end = new TestEnd(options, "ours");
    private final Map<Integer, Known> byOurs = new HashMap<>();
    private final Map<Integer, Known> byTheirs = new HashMap<>();
    private final List<int[]> over = new ArrayList<>();
    private int serial;
    private long frames;
    private long late;

    @AfterEach
    void whatWasGivenIsReleased() {
        TestEnd.finishAll();
    }

    @Test
    void lateFramesAreDroppedAndNumbersWaitForBothEnds() {
        Seeds.forEach(3, seed -> {
            random = new SplittableRandom(seed);
            end = new TestEnd(options, "ours");
            byOurs.clear();
            byTheirs.clear();
            over.clear();
            frames = 0;
            late = 0;
            receive(Frames.greeting());
            end.take();
            while (frames < FRAMES / 3) {
                step();
                boolean asExpected = end.ended.isEmpty()
                        && end.session.counters().lateFrames() == late
                        && end.session.channelCount() == byOurs.size();
                if (!asExpected) {
                    throw new AssertionError(late + " late frames, " + byOurs.size() + " channels, but there are "
                            + end.session.counters() + ", " + end.session.channelCount() + " channels " + end.ended);
                }
            }
            System.out.println("seed " + seed + ": " + frames + " frames, " + late + " of them late");
            assertThat(late).isGreaterThan(frames / 20);
        });
    }

    private void step() {
        switch (random.nextInt(10)) {
            case 0 -> open();
            case 1 -> opened();
            case 2, 3 -> answer();
            case 4 -> close();
            case 5 -> closed();
            case 6, 7 -> data();
            default -> lateFrame();
        }
    }

    private void receive(byte[] octets) {
        frames++;
        end.now += 1_000_000;
        end.receive(octets);
    }

    private List<Frames.Frame> sent() {
        return Frames.read(end.take());
    }

    private Frames.Frame sent(int type) {
        List<Frames.Frame> all = sent();
        assertThat(all).hasSize(1);
        assertThat(all.get(0).type()).isEqualTo(type);
        return all.get(0);
    }

    private int freePeerId() {
        int id = 2 + random.nextInt(253);
        while (id == NO || byTheirs.containsKey(id)) {
            id = 2 + random.nextInt(253);
        }
        return id;
    }

    private void number(Known known, int id) {
        assertThat(id).isBetween(2, 62);
        assertThat(byOurs.put(id, known))
                .as("number " + id + " is still in use")
                .isNull();
        known.ours = id;
    }

    private void known(Known known, int theirs) {
        known.theirs = theirs;
        byTheirs.put(theirs, known);
    }

    private Known any(boolean open, boolean closing) {
        Known chosen = null;
        int fitting = 0;
        for (Known known : byOurs.values()) {
            if (known.open == open && known.closing == closing) {
                fitting++;
                chosen = random.nextInt(fitting) == 0 ? known : chosen;
            }
        }
        return chosen;
    }

    /** We open; the peer answers at some time. */
    private void open() {
        TestEnd.Local local = end.open();
        if (local == null) {
            assertThat(byOurs).hasSize(MAX);
        } else {
            end.opened.remove(local);
            Known known = new Known(local, serial++);
            number(known, sent(FrameType.CONNECT).said());
        }
    }

    /** The peer opens. */
    private void opened() {
        int theirs = freePeerId();
        receive(Frames.frame(FrameType.CONNECT, theirs, NO, "98304 127.0.0.1:1 127.0.0.1:2"));
        if (byOurs.size() == MAX) {
            assertThat(sent(FrameType.CLOSE).said()).isEqualTo(NO);
            return;
        }
        Known known = new Known(end.opened.remove(end.opened.size() - 1), serial++);
        number(known, sent(FrameType.CONNECTED).said());
        known(known, theirs);
        known.open = true;
    }

    /** The peer answers an open or a close, whichever it comes to first. */
    private void answer() {
        Known opening = any(false, false);
        Known closing = any(false, true);
        if (closing != null && (opening == null || random.nextBoolean())) {
            // CLOSE against CLOSE, or the answer to it.
            boolean crossing = random.nextInt(4) == 0;
            receive(Frames.frame(crossing ? FrameType.CLOSE : FrameType.CLOSED, closing.theirs, closing.ours, "x"));
            assertThat(sent()).isEmpty();
            over(closing);
        } else if (opening != null && random.nextInt(5) == 0) {
            receive(Frames.frame(FrameType.CLOSE, NO, opening.ours, "No server"));
            assertThat(sent(FrameType.CLOSED).raid()).isEqualTo(NO);
            byOurs.remove(opening.ours);
        } else if (opening != null) {
            known(opening, freePeerId());
            receive(Frames.frame(FrameType.CONNECTED, opening.theirs, opening.ours, "98304 127.0.0.1:1 127.0.0.1:2"));
            opening.open = true;
        }
    }

    private void over(Known known) {
        byOurs.remove(known.ours);
        byTheirs.remove(known.theirs);
        over.add(new int[] {known.ours, known.theirs});
        if (over.size() > 300) {
            over.subList(0, 100).clear();
        }
    }

    /** We close. */
    private void close() {
        Known known = any(true, false);
        if (known != null) {
            known.local.channel.close();
            assertThat(sent(FrameType.CLOSE).raid()).isEqualTo(known.theirs);
            known.open = false;
            known.closing = true;
        }
    }

    /** The peer closes. */
    private void closed() {
        Known known = any(true, false);
        if (known != null) {
            receive(Frames.frame(FrameType.CLOSE, known.theirs, known.ours, "DO close"));
            assertThat(sent(FrameType.CLOSED).raid()).isEqualTo(known.theirs);
            assertThat(known.local.end.isOrderly()).isTrue();
            over(known);
        }
    }

    /** Data for a channel that is open gets there, and nowhere else. */
    private void data() {
        Known known = any(true, false);
        if (known != null) {
            receive(Frames.frame(
                    FrameType.SEND, known.theirs, known.ours, known.data.getBytes(StandardCharsets.US_ASCII)));
            assertThat(sent(FrameType.SENT).text()).isEqualTo(Integer.toString(known.data.length()));
            known.received += known.data;
            assertThat(known.local.received.toString(StandardCharsets.US_ASCII)).isEqualTo(known.received);
            if (known.received.length() > 200) {
                known.local.received.clear();
                known.received = "";
            }
        }
    }

    private void lateFrame() {
        if (over.isEmpty()) {
            return;
        }
        int[] ids = over.get(random.nextInt(over.size()));
        Known present = byOurs.get(ids[0]);
        if (present != null && present.theirs == ids[1]) {
            // The same pair of numbers is in use again: nobody could tell.
            return;
        }
        int[] types = {FrameType.SEND, FrameType.SENDOOB, FrameType.SENT, FrameType.CLOSED};
        receive(Frames.frame(types[random.nextInt(types.length)], ids[1], ids[0], "7"));
        late++;
        assertThat(sent()).isEmpty();
        for (Known known : byOurs.values()) {
            // Not by an assertion: there are some ten million of these.
            if (known.local.received.readableBytes() != known.received.length()) {
                throw new AssertionError("a late frame reached channel " + known.ours + "/" + known.theirs);
            }
        }
    }
}
