package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * Decides which frame goes out next: control frames first, then acknowledgements, which are summed up while they wait,
 * then data, one frame of each channel in turn (SockMux section 8.1).
 */
final class Outgoing {
    private static final byte[] NO_PAYLOAD = {};

    private final MuxOutput output;
    private final MuxEncoder encoder = new MuxEncoder();
    private final Tally tally;
    private final ArrayDeque<Control> controls = new ArrayDeque<>();
    private final ArrayDeque<MuxChannel> acknowledging = new ArrayDeque<>();
    private final ArrayDeque<MuxChannel> sending = new ArrayDeque<>();

    /** Something waits that is not to wait; acknowledgements of little data may, until something else is sent. */
    private boolean pressing;

    private record Control(int type, int said, int raid, ByteBuf payload) {}

    Outgoing(MuxOutput output, Tally tally) {
        this.output = output;
        this.tally = tally;
    }

    MuxEncoder encoder() {
        return encoder;
    }

    /** Whether there is nothing to send but acknowledgements of little data. */
    boolean onlyAcknowledges() {
        return !pressing && !acknowledging.isEmpty();
    }

    int waitingControls() {
        return controls.size();
    }

    void control(int type, int said, int raid, String text) {
        byte[] octets = new byte[text.length() + 1];
        System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, octets, 0, text.length());
        control(type, said, raid, octets);
    }

    void control(int type, int said, int raid, ByteBuf payload) {
        control(type, said, raid, ByteBufUtil.getBytes(payload));
    }

    void control(int type, int said, int raid) {
        control(type, said, raid, NO_PAYLOAD);
    }

    private void control(int type, int said, int raid, byte[] payload) {
        pressing = true;
        controls.add(new Control(type, said, raid, Unpooled.wrappedBuffer(payload)));
    }

    /** The channel has octets to acknowledge. */
    void acknowledge(MuxChannel channel) {
        acknowledging.add(channel);
    }

    /** What is acknowledged is so much, or so urgent, that the peer may be waiting for it. */
    void press() {
        pressing = true;
    }

    /** The channel has something to send. */
    void send(MuxChannel channel) {
        pressing = true;
        sending.add(channel);
    }

    /** Writes control frames in any case: what follows them must not overtake them. */
    void flushControls() {
        Control control = controls.poll();
        while (control != null) {
            frame(control.type, control.said, control.raid, control.payload);
            control = controls.poll();
        }
    }

    /** Writes as much as the carrier takes. */
    void pump() {
        while (output.isWritable()) {
            Control control = controls.poll();
            if (control != null) {
                frame(control.type, control.said, control.raid, control.payload);
                continue;
            }
            MuxChannel acknowledged = acknowledging.poll();
            if (acknowledged != null) {
                acknowledged.writeAcknowledgement(this);
                continue;
            }
            MuxChannel sender = sending.poll();
            if (sender == null) {
                pressing = false;
                return;
            }
            sender.writeOne(this);
        }
    }

    void frame(int type, int said, int raid, ByteBuf payload) {
        tally.bytesSent += FrameHeader.LENGTH + payload.readableBytes();
        encoder.write(output.buffer(), type, said, raid, payload);
    }

    /** Moves data into a frame. */
    void data(int said, int raid, ByteBuf from, int length) {
        tally.bytesSent += FrameHeader.LENGTH + length;
        encoder.write(output.buffer(), FrameType.SEND, said, raid, from, length);
    }

    void count(int type, int said, int raid, long count) {
        ByteBuf out = output.buffer();
        int before = out.writerIndex();
        encoder.writeCount(out, type, said, raid, count);
        tally.bytesSent += out.writerIndex() - before;
    }

    void end(String reason) {
        flushControls();
        sending.clear();
        acknowledging.clear();
        output.end(reason);
    }

    ByteBuf buffer() {
        return output.buffer();
    }

    /** Whether this is a frame that only a peer of this library understands. */
    static boolean isExtension(int type) {
        int question = type & ~FrameType.ANSWER;
        return question >= FrameType.FIN && question <= FrameType.DRAIN;
    }
}
