package io.mirror.codec.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.mirror.codec.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What two ends of this library say to each other, and nobody else hears. */
class ExtensionTest {
    private static final byte[] HEAD = "GET /r HTTP/1.0\r\n\r\nkey\n".getBytes(StandardCharsets.UTF_8);

    private static byte[] compressed(byte[] data, int step) {
        ByteBuf out = Unpooled.buffer();
        try (DeflateWriter writer = new DeflateWriter()) {
            for (int from = 0; from < data.length; from += step) {
                writer.write(ByteBuffer.wrap(data, from, Math.min(step, data.length - from)), out);
            }
        }
        return ByteBufUtil.getBytes(out);
    }

    /** Reads a batch whose receiver says where to go on, cut into pieces of a size. */
    private static Recorded read(int length, StartLine start, byte[] body, int size) {
        byte[] head = (length + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = concat(HEAD, head, body);
        Recorded recorded = new Recorded();
        RequestReader reader = new RequestReader(JournalLimits.DEFAULT, false);
        RequestListener listener = new RequestListener() {
            @Override
            public void onHead(RequestHead received) {
                recorded.onHead(received);
            }

            @Override
            public void onKey(byte[] key) {
                recorded.onKey(key);
            }

            @Override
            public void onBatch(long bytes) {
                recorded.onBatch(bytes);
                reader.continueAt(start);
            }

            @Override
            public void onBlob(String path, long bytes) {
                recorded.onBlob(path, bytes);
            }

            @Override
            public void onData(ByteBuf data) {
                recorded.onData(data);
            }

            @Override
            public void onMark(byte mark) {
                recorded.onMark(mark);
            }

            @Override
            public void onSurplus(int count) {
                recorded.onSurplus(count);
            }
        };
        try {
            for (int from = 0; from < all.length; from += size) {
                reader.read(Unpooled.wrappedBuffer(all, from, Math.min(size, all.length - from)), listener);
            }
        } catch (JournalDecodeException e) {
            recorded.events.append("bad: ").append(e.getMessage());
        }
        recorded.end = reader.state();
        reader.stop();
        return recorded;
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] random(SplittableRandom random, int length, boolean dull) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) (dull ? random.nextInt(3) : random.nextInt(256));
        }
        return data;
    }

    @Test
    void compressedDataComesBackHoweverItIsCut() {
        SplittableRandom random = Seeds.random();
        for (int round = 0; round < 40; round++) {
            boolean dull = random.nextBoolean();
            byte[] data = random(random, 1 + random.nextInt(200_000), dull);
            byte[] frames = compressed(data, 1 + random.nextInt(100_000));
            assertThat(frames.length).isLessThan(data.length + 8 * (data.length / DeflateWriter.MAX_DATA + 200_000));
            byte[] body = concat(frames, new byte[] {'T'});
            for (int size : new int[] {body.length, 8192, 1 + random.nextInt(100)}) {
                Recorded recorded = read(data.length, new StartLine(0, true), body, size);
                assertThat(recorded.end).as(Seeds.describe()).isEqualTo(RequestReader.State.COMPLETE);
                assertThat(recorded.data.toByteArray()).isEqualTo(data);
            }
        }
        byte[] zeros = new byte[1 << 20];
        assertThat(compressed(zeros, 1 << 20).length).isLessThan(10_000);
    }

    @Test
    void aBatchGoesOnWhereItsReceiverSaysCutAtEveryOffset() {
        byte[] data = "0123456789".repeat(30).getBytes(StandardCharsets.US_ASCII);
        byte[] rest = Arrays.copyOfRange(data, 100, data.length);
        for (boolean deflate : new boolean[] {false, true}) {
            byte[] body = concat(deflate ? compressed(rest, 64) : rest, new byte[] {'T'});
            for (int size = 1; size < body.length; size++) {
                Recorded recorded = read(data.length, new StartLine(100, deflate), body, size);
                assertThat(recorded.data.toByteArray()).isEqualTo(rest);
                assertThat(recorded.all()).contains("mark T");
            }
        }
        Recorded known = read(data.length, new StartLine(data.length, true), new byte[] {'T'}, 1);
        assertThat(known.end).isEqualTo(RequestReader.State.COMPLETE);
        assertThatThrownBy(() -> read(10, new StartLine(11, false), new byte[0], 100))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RequestReader(JournalLimits.DEFAULT, false).continueAt(new StartLine(0, false)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("S-LEN-2")
    @Tag("S-LEN-8")
    void framesThatLieAreRefused() {
        byte[] data = new byte[1000];
        for (long packed : new long[] {0, 1001, 65_537, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL}) {
            assertThat(frame(packed, 1000, new byte[10]).all()).contains("bad: a frame of " + packed);
        }
        for (long length : new long[] {0, 1001, 65_537, 0x7FFFFFFFL, 0x80000000L, 0xFFFFFFFFL}) {
            assertThat(frame(1, length, new byte[10]).all()).contains("bad: a frame of 1 bytes for " + length);
        }
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(data);
        deflater.finish();
        byte[] packed = new byte[100];
        int length = deflater.deflate(packed);
        deflater.end();
        assertThat(frame(length, 1000, packed).all()).doesNotContain("bad");
        assertThat(frame(length, 999, packed).all()).contains("bad: a frame whose content is not 999 bytes");
        assertThat(frame(length + 1, 1000, packed).all()).contains("bad: a frame whose content is not 1000 bytes");
        assertThat(frame(length - 1, 1000, packed).all()).contains("bad: a frame whose content is not 1000 bytes");
        byte[] noise = new byte[100];
        Arrays.fill(noise, (byte) 0xFF);
        assertThat(frame(100, 1000, noise).all()).contains("bad: a frame that is no deflate stream");
    }

    private static Recorded frame(long packed, long length, byte[] content) {
        ByteBuf body = Unpooled.buffer().writeInt((int) packed).writeInt((int) length);
        body.writeBytes(content, 0, (int) Math.min(content.length, packed));
        return read(1000, new StartLine(0, true), ByteBufUtil.getBytes(body), 7);
    }

    @Test
    void linesOfOurOwnAreReadAsTheyAreWritten() {
        ByteBuf out = Unpooled.buffer();
        ReceiptLine receipt = new ReceiptLine("e/12", true, 34, List.of("start", "deflate"));
        receipt.write(out);
        new StartLine(123, true).write(out);
        new StartLine(0, false).write(out);
        new ReceiptLine("-", false, 0, List.of()).write(out);
        String[] lines = out.toString(StandardCharsets.US_ASCII).split("\n");
        assertThat(lines)
                .containsExactly("e/12 applied 34 start,deflate", "S 123 deflate", "S 0 identity", "- durable 0");
        assertThat(ReceiptLine.parse(lines[0])).contains(receipt);
        assertThat(StartLine.parse(lines[1])).contains(new StartLine(123, true));
        assertThat(StartLine.parse(lines[2])).contains(new StartLine(0, false));
        assertThat(ReceiptLine.parse(lines[3])).contains(new ReceiptLine("-", false, 0, List.of()));
        for (String bad :
                new String[] {"", "S", "S -1 identity", "S 1 gzip", "S 1", "T 1 identity", "S 9".repeat(30)}) {
            assertThat(StartLine.parse(bad)).as(bad).isEmpty();
        }
        for (String bad : new String[] {"", "e/1", "e/1 lost 3", "e/1 durable x", "e/1 durable -1", "a".repeat(300)}) {
            assertThat(ReceiptLine.parse(bad)).as(bad).isEmpty();
        }
        assertThatThrownBy(() -> new StartLine(-1, false)).hasMessageContaining("negative");
        RequestHead head = RequestHead.parse("GET /r HTTP/1.0\r\nX-Mirror-Accept: receipt, start");
        assertThat(head.accepts("start")).isTrue();
        assertThat(head.accepts("deflate")).isFalse();
    }

    @FuzzTest(maxDuration = "60s")
    void anyFrames(byte[] input) {
        String whole = read(1000, new StartLine(0, true), input, Math.max(1, input.length))
                .all();
        assertThat(read(1000, new StartLine(0, true), input, 1).all().replaceAll(" at byte \\d+", ""))
                .isEqualTo(whole.replaceAll(" at byte \\d+", ""));
    }

    @FuzzTest(maxDuration = "60s")
    void anyRecords(byte[] input) {
        assertThat(records(input, 1)).isEqualTo(records(input, Math.max(1, input.length)));
    }

    private static String records(byte[] input, int size) {
        StringBuilder seen = new StringBuilder();
        BlockReader reader = new BlockReader(
                List.of(0, 2),
                1L << 40,
                (offset, file, address, data) -> seen.append(offset)
                        .append(' ')
                        .append(file)
                        .append(' ')
                        .append(address)
                        .append(' ')
                        .append(data.readableBytes())
                        .append('\n'));
        try {
            for (int from = 0; from < input.length; from += size) {
                reader.read(Unpooled.wrappedBuffer(input, from, Math.min(size, input.length - from)));
            }
            reader.end();
        } catch (JournalDecodeException e) {
            seen.append(e.getMessage());
        }
        return seen.toString();
    }
}
