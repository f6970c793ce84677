package io.mirror.codec.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.point.PointState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs bytes through a decoder and records what came out, one line of text for each event.
 *
 * <p>{@link #of} feeds the input whole, from the heap and from direct memory, cut at every offset, and byte by byte, and
 * insists that the events are the same.
 */
class Events implements DhtpListener {
    private final List<String> log = new ArrayList<>();

    static List<String> of(String input) {
        return of(Wire.utf8(input));
    }

    static List<String> of(byte[] input) {
        return of(input, DhtpLimits.DEFAULT);
    }

    static List<String> of(byte[] input, DhtpLimits limits) {
        List<String> whole = feed(limits, Wire.heap(input));
        assertThat(feed(limits, Wire.direct(input))).as("direct buffer").isEqualTo(whole);
        assertThat(inPieces(input, limits, 1)).as("byte by byte").isEqualTo(whole);
        for (int cut = 1; cut < input.length; cut++) {
            assertThat(cut(limits, input, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        return whole;
    }

    /** Feeds the input in one piece. */
    static List<String> once(byte[] input, DhtpLimits limits) {
        return feed(limits, Wire.direct(input));
    }

    private static List<String> feed(DhtpLimits limits, ByteBuf in) {
        Events events = new Events();
        events.decode(new DhtpDecoder(limits), in);
        in.release();
        return events.log;
    }

    private static List<String> cut(DhtpLimits limits, byte[] input, int at) {
        Events events = new Events();
        DhtpDecoder decoder = new DhtpDecoder(limits);
        ByteBuf in = Unpooled.buffer(input.length).writeBytes(input, 0, at);
        if (events.decode(decoder, in)) {
            in.writeBytes(input, at, input.length - at);
            events.decode(decoder, in);
        }
        in.release();
        return events.log;
    }

    /** Feeds the input in pieces of one size out of a buffer that is compacted in between. */
    static List<String> inPieces(byte[] input, DhtpLimits limits, int size) {
        Events events = new Events();
        DhtpDecoder decoder = new DhtpDecoder(limits);
        ByteBuf in = Unpooled.buffer(16);
        for (int at = 0; at < input.length; at += size) {
            in.writeBytes(input, at, Math.min(size, input.length - at));
            if (!events.decode(decoder, in)) {
                break;
            }
            in.discardReadBytes();
        }
        in.release();
        return events.log;
    }

    /** False if the stream cannot go on. */
    private boolean decode(DhtpDecoder decoder, ByteBuf in) {
        try {
            decoder.decode(in, this);
            return true;
        } catch (DhtpDecodeException e) {
            log.add("STREAM " + e.reason() + " at " + e.offset());
            return false;
        }
    }

    List<String> log() {
        return log;
    }

    @Override
    public void onPoint(PointMessage message) {
        PointState state = message.state();
        log.add(message.kind() + " " + message.name() + " #" + message.nameId() + " " + state.type() + " "
                + state.value()
                + " conf=" + state.confidence() + " sec=" + state.security() + " locked=" + state.locked() + " t="
                + state.seconds() + "." + state.nanoseconds() + " flags=" + state.flags() + " q=" + state.quality());
    }

    @Override
    public void onCommand(Received received) {
        log.add(received.command() + " " + received.keyword() + received.arguments());
    }

    @Override
    public void onMalformed(DecodeReason reason, long offset, String excerpt) {
        log.add("MALFORMED " + reason + " at " + offset + ": " + excerpt);
    }
}
