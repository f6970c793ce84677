package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A session whose carrier is a buffer, and whose local sides are lists of what they were told. */
final class TestEnd implements MuxOutput, MuxListener {
    static final ConnectText TEXT = new ConnectText("98304", "127.0.0.1:40000", "127.0.0.1:21011");

    /** Those that were not finished yet. */
    private static final List<TestEnd> UNFINISHED = new ArrayList<>();

    /** Everything that the session is given comes from here, so that it is noticed what the session does not release. */
    private final UnpooledByteBufAllocator given = new UnpooledByteBufAllocator(false, true);

    final MuxSession session;
    final ByteBuf sent = Unpooled.buffer();
    final List<Local> opened = new ArrayList<>();
    final Map<MuxChannel, Local> waiting = new LinkedHashMap<>();
    String ended = "";
    String greeting = "";
    boolean acceptAtOnce = true;
    boolean deliverAtOnce = true;
    boolean writable = true;
    long now = 1;

    TestEnd(MuxOptions options, String name) {
        this(options, name, new Random(1));
    }

    TestEnd(MuxOptions options, String name, RandomGenerator random) {
        session = new MuxSession(options, name, MuxSession.CarrierTraits.PLAIN, random, this, this);
        session.start(now);
        UNFINISHED.add(this);
    }

    /** Octets that the session has to release. */
    ByteBuf data(byte[] octets) {
        return given.heapBuffer(octets.length).writeBytes(octets);
    }

    /** Ends the session, which has to have released everything it was given then. */
    void finish() {
        UNFINISHED.remove(this);
        session.lost("the test is over");
        long kept = given.metric().usedHeapMemory();
        if (kept != 0) {
            throw new AssertionError(kept + " octets of buffers were not released");
        }
    }

    /** Ends the sessions of a test. */
    static void finishAll() {
        List<TestEnd> ends = new ArrayList<>(UNFINISHED);
        UNFINISHED.clear();
        ends.forEach(TestEnd::finish);
    }

    /** One local side. */
    final class Local implements ChannelListener {
        MuxChannel channel;
        ConnectText text;
        final ByteBuf received = Unpooled.buffer();
        Consumer<ByteBuf> sink = received::writeBytes;
        long undelivered;
        long urgent;
        boolean connected;
        boolean peerEnded;
        ChannelEnd end;

        @Override
        public void onConnected(ConnectText reached, ByteBuf firstData) {
            connected = true;
            received.writeBytes(firstData);
        }

        @Override
        public void onData(ByteBuf data, boolean isUrgent) {
            int length = data.readableBytes();
            sink.accept(data);
            if (isUrgent) {
                urgent += length;
                channel.deliveredUrgent(length);
            } else if (deliverAtOnce) {
                channel.delivered(length);
            } else {
                undelivered += length;
            }
        }

        boolean send(byte[] octets) {
            return channel.send(data(octets));
        }

        void deliver() {
            long all = undelivered;
            undelivered = 0;
            channel.delivered(all);
        }

        @Override
        public void onEnd() {
            peerEnded = true;
            channel.endDelivered();
        }

        @Override
        public void onClosed(ChannelEnd how) {
            if (end != null) {
                throw new AssertionError("closed twice: " + end + ", " + how);
            }
            end = how;
            channel.discarded();
        }
    }

    @Override
    public ByteBuf buffer() {
        return sent;
    }

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public void end(String reason) {
        if (!ended.isEmpty()) {
            throw new AssertionError("ended twice: " + ended + ", " + reason);
        }
        ended = reason;
    }

    @Override
    public void onUp(String peer) {
        greeting = peer;
    }

    @Override
    public void onOpen(MuxChannel channel, ConnectText text, ByteBuf firstData) {
        Local local = new Local();
        local.channel = channel;
        local.text = text;
        local.received.writeBytes(firstData);
        waiting.put(channel, local);
        if (acceptAtOnce) {
            accept(local);
        }
    }

    void accept(Local local) {
        waiting.remove(local.channel);
        local.connected =
                local.channel.accept(new ConnectText("98304", "127.0.0.1:21020", "127.0.0.1:50000"), false, local);
        opened.add(local);
    }

    Local open() {
        return open(TEXT, Unpooled.EMPTY_BUFFER, false);
    }

    Local open(ConnectText text, ByteBuf firstData, boolean datagrams) {
        Local local = new Local();
        var channel = session.open(text, firstData, datagrams, local);
        if (channel.isEmpty()) {
            return null;
        }
        local.channel = channel.get();
        opened.add(local);
        return local;
    }

    void receive(byte[] octets) {
        ByteBuf in = data(octets);
        session.receive(in, now);
        if (in.isReadable()) {
            throw new AssertionError(in.readableBytes() + " octets were left");
        }
        in.release();
        session.pump(now);
    }

    /** Takes what was sent. */
    byte[] take() {
        session.pump(now);
        byte[] octets = new byte[sent.readableBytes()];
        sent.readBytes(octets);
        sent.clear();
        return octets;
    }

    /** Moves octets to and fro until nobody has anything to say. */
    static void settle(TestEnd one, TestEnd two) {
        ByteBuf toTwo = two.data(new byte[0]);
        ByteBuf toOne = one.data(new byte[0]);
        boolean moved = true;
        while (moved) {
            toTwo.writeBytes(one.take());
            toOne.writeBytes(two.take());
            moved = toTwo.isReadable() || toOne.isReadable();
            two.session.receive(toTwo, two.now);
            one.session.receive(toOne, one.now);
            toTwo.discardReadBytes();
            toOne.discardReadBytes();
            moved &= one.ended.isEmpty() || two.ended.isEmpty();
        }
        toTwo.release();
        toOne.release();
    }

    static TestEnd[] pair(MuxOptions options) {
        TestEnd[] ends = {new TestEnd(options, "one"), new TestEnd(options, "two")};
        settle(ends[0], ends[1]);
        return ends;
    }
}
