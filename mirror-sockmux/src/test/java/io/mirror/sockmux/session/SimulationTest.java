package io.mirror.sockmux.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two sessions, a carrier that cuts octets anywhere, local sides in any order: nothing is lost, bounds hold. */
class SimulationTest {
    /** Of a whole transfer, both directions together. */
    private static final long BYTES = 256L << 20;

    private static final int CHANNELS = 64;
    /** The most that an end has room for without the extensions. */
    private static final int PLAIN_CHANNELS = 61;

    private static final int WINDOW = 98_304;
    private static final int WIDE_WINDOW = 262_144;
    /** The longest piece that a local side sends. */
    private static final int PIECE = 40_000;
    /** A prime: so no two channels, frames or windows begin at the same place of the pattern for long. */
    private static final int PERIOD = 1_048_573;
    /** What everybody sends, each from a place of its own on; repeated at its end, so that a piece is never cut. */
    private static final byte[] PATTERN = pattern();

    private static byte[] pattern() {
        byte[] pattern = new byte[PERIOD + PIECE];
        new Random(4).nextBytes(pattern);
        System.arraycopy(pattern, 0, pattern, PERIOD, PIECE);
        return pattern;
    }

    /** One direction of a channel. */
    private static final class Flow {
        final TestEnd.Local from;
        final int start;
        final int window;
        long left;
        long sent;
        long arrived;

        Flow(TestEnd.Local from, TestEnd.Local to, long bytes, int start, int window) {
            this.from = from;
            this.start = start;
            this.window = window;
            left = bytes;
            to.sink = data -> {
                compare(data);
                assertThat(to.undelivered + data.readableBytes()).isLessThanOrEqualTo(window);
            };
        }

        private int place(long position) {
            return (int) ((start + position) % PERIOD);
        }

        /** Sends a piece of the pattern, without copying it. */
        void send(ByteBuf pattern, SplittableRandom random) {
            if (left > 0 && from.channel.wantsData()) {
                int length = (int) Math.min(left, 1 + random.nextInt(PIECE));
                assertThat(from.channel.send(pattern.retainedSlice(place(sent), length)))
                        .isTrue();
                sent += length;
                left -= length;
            }
        }

        private void compare(ByteBuf data) {
            int length = data.readableBytes();
            int at = data.arrayOffset() + data.readerIndex();
            int expected = place(arrived);
            if (!Arrays.equals(data.array(), at, at + length, PATTERN, expected, expected + length)) {
                throw new AssertionError("other octets than were sent, somewhere behind " + arrived);
            }
            arrived += length;
        }

        boolean isComplete() {
            return left == 0 && arrived == sent;
        }
    }

    /** Octets of one direction on their way: what was sent arrives in pieces that end anywhere. */
    private static final class Wire {
        private static final int FULL = 300_000;

        final TestEnd from;
        final TestEnd to;
        int arrived;

        Wire(TestEnd from, TestEnd to) {
            this.from = from;
            this.to = to;
        }

        void move(SplittableRandom random) {
            ByteBuf octets = from.sent;
            from.writable = octets.readableBytes() < FULL;
            from.session.pump(1);
            int most = random.nextBoolean() ? 20 : 70_000;
            arrived = Math.min(octets.writerIndex(), arrived + 1 + random.nextInt(most));
            int length = arrived - octets.readerIndex();
            if (length > 0) {
                ByteBuf part = octets.slice(octets.readerIndex(), length);
                to.session.receive(part, 1);
                octets.skipBytes(part.readerIndex());
            }
            if (octets.readerIndex() > 4 * FULL) {
                arrived -= octets.readerIndex();
                octets.discardReadBytes();
            }
        }
    }

    @AfterEach
    void whatWasGivenIsReleased() {
        TestEnd.finishAll();
    }

    @Test
    void manyChannelsTransferEverythingHoweverEventsAreOrdered() {
        Seeds.forEach(2, seed -> transfer(seed, true, BYTES));
    }

    @Test
    void asManyChannelsAsADeleGateHasRoomForDoTheSame() {
        Seeds.forEach(2, seed -> transfer(seed, false, BYTES / 4));
    }

    private static void transfer(long seed, boolean extensions, long bytes) {
        SplittableRandom random = new SplittableRandom(seed);
        MuxOptions options = MuxOptions.builder().extensions(extensions).build();
        TestEnd[] ends = TestEnd.pair(options);
        int channels = extensions ? CHANNELS : PLAIN_CHANNELS;
        int window = extensions ? WIDE_WINDOW : WINDOW;
        List<Flow> flows = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            TestEnd.Local near = ends[i % 2].open();
            TestEnd.settle(ends[0], ends[1]);
            List<TestEnd.Local> opened = ends[1 - i % 2].opened;
            TestEnd.Local far = opened.get(opened.size() - 1);
            long there = bytes / channels / 2;
            flows.add(new Flow(near, far, there, random.nextInt(PERIOD), window));
            flows.add(new Flow(far, near, bytes / channels - there, random.nextInt(PERIOD), window));
        }
        for (TestEnd end : ends) {
            end.deliverAtOnce = false;
        }
        run(random, ends, flows, extensions);
        long arrived = 0;
        for (Flow flow : flows) {
            assertThat(flow.isComplete()).isTrue();
            arrived += flow.arrived;
        }
        assertThat(arrived).isEqualTo(bytes / channels * channels);
        for (TestEnd end : ends) {
            assertThat(end.session.counters().violations()).isZero();
            assertThat(end.session.counters().ignored()).isZero();
            assertThat(end.session.channelCount()).isZero();
        }
    }

    /** Whatever may happen next happens in an order that the seed chooses. */
    private static void run(SplittableRandom random, TestEnd[] ends, List<Flow> flows, boolean extensions) {
        ByteBuf pattern = Unpooled.wrappedBuffer(PATTERN);
        Wire[] wires = {new Wire(ends[0], ends[1]), new Wire(ends[1], ends[0])};
        int most = Math.min(16 << 20, flows.size() / 2 * (extensions ? WIDE_WINDOW : WINDOW));
        long steps = 0;
        boolean running = true;
        while (running) {
            steps++;
            assertThat(steps).as("steps without an end").isLessThan(100_000_000L);
            int chosen = random.nextInt(flows.size());
            Flow flow = flows.get(chosen);
            switch (random.nextInt(5)) {
                case 0, 1 -> flow.send(pattern, random);
                case 2 -> flow.from.deliver();
                default -> wires[random.nextInt(2)].move(random);
            }
            Flow back = flows.get(chosen ^ 1);
            if (flow.left == 0 && (extensions || (flow.isComplete() && back.isComplete()))) {
                // Without half-close the end of one direction is the end of both.
                flow.from.channel.endOfInput();
            }
            if (steps % 256 == 0) {
                running = flows.stream().anyMatch(each -> each.from.end == null)
                        || ends[0].session.channelCount() + ends[1].session.channelCount() > 0;
            }
            for (TestEnd end : ends) {
                assertThat(end.ended).isEmpty();
                assertThat(end.session.counters().heldBytes()).isBetween(0L, (long) most);
            }
        }
        assertThat(pattern.refCnt()).as("holders of what was sent").isOne();
    }

    @Test
    @Tag("S-MUX-6")
    void randomFramesAfterTheHandshakeBreakNothing() {
        long frames = Long.getLong("mirror.sockmux.frames", 100_000);
        Seeds.forEach(3, seed -> randomFrames(seed, frames / 3));
    }

    private static void randomFrames(long seed, long frames) {
        SplittableRandom random = new SplittableRandom(seed);
        MuxOptions options = MuxOptions.builder()
                .extensions(random.nextBoolean())
                .limits(MuxLimits.builder()
                        .ignoredPerMinute(1_000_000_000)
                        .maxViolations(1_000_000)
                        .opensPerSecond(1_000_000)
                        .opensBurst(1_000_000)
                        .build())
                .build();
        TestEnd end = null;
        int[] types = {0, 2, 2, 0x42, 6, 6, 6, 0x46, 7, 0x47, 8, 0x48, 9, 0x49, 0x0A, 0x10, 0x50, 0x11, 0x51, 0x12, 0x3A
        };
        for (long i = 0; i < frames; i++) {
            if (end == null || !end.ended.isEmpty()) {
                TestEnd.finishAll();
                end = new TestEnd(options, "ours");
                end.receive(Frames.greeting());
                end.receive(Frames.option(0x6D, 'M', 'R', 'X', '1', 0x07));
            }
            end.deliverAtOnce = random.nextInt(4) > 0;
            if (random.nextInt(10) == 0) {
                end.open();
            }
            if (!end.opened.isEmpty() && random.nextInt(5) == 0) {
                local(end.opened.get(random.nextInt(end.opened.size())), random);
            }
            byte[] payload = new byte[random.nextInt(20) == 0 ? random.nextInt(16385) : random.nextInt(20)];
            if (random.nextBoolean()) {
                for (int at = 0; at < payload.length; at++) {
                    payload[at] = (byte) ('0' + random.nextInt(10));
                }
            }
            int type = types[random.nextInt(types.length)];
            end.receive(Frames.frame(type, random.nextInt(70), random.nextInt(70), payload));
            end.sent.clear();
            MuxCounters counters = end.session.counters();
            assertThat(counters.heldBytes()).isBetween(0L, 16L << 20);
            assertThat(end.session.channelCount()).isLessThanOrEqualTo(1024 + 128);
            if (end.opened.size() > 500) {
                end.opened.subList(0, 400).clear();
            }
            if (i % 50_000 == 49_999) {
                end.session.lost("the test wants it");
                assertThat(end.session.channelCount()).isLessThanOrEqualTo(128);
                assertThat(end.session.counters().heldBytes()).isZero();
                end = null;
            }
        }
    }

    private static void local(TestEnd.Local local, SplittableRandom random) {
        switch (random.nextInt(6)) {
            case 0 -> local.send(new byte[random.nextInt(5000)]);
            case 1 -> local.deliver();
            case 2 -> local.channel.endOfInput();
            case 3 -> local.channel.reset(1);
            case 4 -> local.channel.close();
            default -> local.channel.endDelivered();
        }
    }
}
