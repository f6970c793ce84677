package io.mirror.sockmux.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testkit.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two sessions, a carrier that cuts octets anywhere, local sides in any order: nothing is lost, bounds hold. */
class SimulationTest {
    /** Set to 268435456 for the whole transfer; it takes about a minute. */
    private static final long BYTES = Long.getLong("mirror.sockmux.bytes", 16L << 20);

    private static final int CHANNELS = 64;

    /** One transfer through one channel. */
    private static final class Transfer {
        final TestEnd.Local near;
        final Random data;
        final CRC32C sent = new CRC32C();
        final CRC32C arrived = new CRC32C();
        TestEnd.Local far;
        long left;

        Transfer(TestEnd.Local near, long bytes, long seed) {
            this.near = near;
            left = bytes;
            data = new Random(seed);
        }

        void drain() {
            if (far == null) {
                return;
            }
            ByteBuf received = far.received;
            if (received.isReadable()) {
                arrived.update(received.nioBuffer());
                received.clear();
            }
        }
    }

    @Test
    void manyChannelsTransferEverythingHoweverEventsAreOrdered() {
        Seeds.forEach(3, seed -> transfer(seed, seed % 2 == 0));
    }

    private static void transfer(long seed, boolean extensions) {
        SplittableRandom random = new SplittableRandom(seed);
        MuxOptions options = MuxOptions.builder()
                .extensions(extensions)
                .limits(MuxLimits.builder().opensBurst(1000).build())
                .build();
        TestEnd[] ends = TestEnd.pair(options);
        int channels = extensions ? CHANNELS : 61;
        List<Transfer> transfers = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            TestEnd from = ends[extensions ? i % 2 : 0];
            Transfer transfer = new Transfer(from.open(), BYTES / 3 / channels, seed * 1000 + i);
            transfers.add(transfer);
            TestEnd to = from == ends[0] ? ends[1] : ends[0];
            TestEnd.settle(ends[0], ends[1]);
            transfer.far = to.opened.get(to.opened.size() - 1);
        }
        ends[0].deliverAtOnce = false;
        ends[1].deliverAtOnce = false;
        ByteBuf[] wires = {Unpooled.buffer(), Unpooled.buffer()};
        long steps = 0;
        int unfinished = channels;
        while (unfinished > 0) {
            steps++;
            assertThat(steps).as("steps without an end").isLessThan(100_000_000L);
            Transfer transfer = transfers.get(random.nextInt(channels));
            switch (random.nextInt(4)) {
                case 0 -> send(transfer, random);
                case 1 -> {
                    transfer.drain();
                    transfer.far.deliver();
                }
                default -> move(ends, wires, random);
            }
            if (steps % 64 == 0) {
                unfinished = 0;
                for (Transfer each : transfers) {
                    each.drain();
                    unfinished += each.near.end == null || each.far.end == null ? 1 : 0;
                }
            }
            for (TestEnd end : ends) {
                assertThat(end.ended).isEmpty();
                assertThat(end.session.counters().heldBytes())
                        .isLessThanOrEqualTo(Math.min(16 << 20, 98304L * channels * (extensions ? 3 : 1)));
            }
        }
        for (Transfer transfer : transfers) {
            assertThat(transfer.arrived.getValue()).isEqualTo(transfer.sent.getValue());
        }
        for (TestEnd end : ends) {
            assertThat(end.session.counters().violations()).isZero();
            assertThat(end.session.counters().ignored()).isZero();
        }
    }

    private static void send(Transfer transfer, SplittableRandom random) {
        MuxChannel channel = transfer.near.channel;
        if (transfer.left == 0) {
            channel.close();
        } else if (channel.wantsData()) {
            byte[] piece = new byte[(int) Math.min(transfer.left, 1 + random.nextInt(40_000))];
            transfer.data.nextBytes(piece);
            transfer.sent.update(piece);
            transfer.left -= piece.length;
            assertThat(channel.send(Unpooled.wrappedBuffer(piece))).isTrue();
        }
    }

    /** Some octets of one direction arrive, cut anywhere. */
    private static void move(TestEnd[] ends, ByteBuf[] wires, SplittableRandom random) {
        int from = random.nextInt(2);
        ByteBuf wire = wires[from];
        ends[from].writable = wire.readableBytes() < 300_000;
        ends[from].session.pump(1);
        wire.writeBytes(ends[from].sent);
        ends[from].sent.clear();
        TestEnd to = ends[1 - from];
        int length = Math.min(wire.readableBytes(), 1 + random.nextInt(random.nextBoolean() ? 20 : 70_000));
        if (length > 0) {
            ByteBuf part = wire.slice(wire.readerIndex(), length);
            to.session.receive(part, 1);
            wire.skipBytes(part.readerIndex());
            wire.discardReadBytes();
        }
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
            case 0 -> local.channel.send(Unpooled.wrappedBuffer(new byte[random.nextInt(5000)]));
            case 1 -> local.deliver();
            case 2 -> local.channel.endOfInput();
            case 3 -> local.channel.reset(1);
            case 4 -> local.channel.close();
            default -> local.channel.endDelivered();
        }
    }
}
