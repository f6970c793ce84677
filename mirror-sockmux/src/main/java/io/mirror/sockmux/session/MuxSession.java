package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameListener;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecodeException;
import io.mirror.codec.sockmux.MuxDecoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * One end of a tunnel as a state machine without input or output, clock or thread (SockMux section 15).
 *
 * <p>It takes the octets that arrive, local events and the time, and writes frames to a {@link MuxOutput}. After any call
 * of the session or of one of its channels the owner calls {@link #pump}, sends what is in the buffer, and sees that
 * {@link #onTimer} is called at {@link #nextTimer}. One thread owns a session and everything that belongs to it.
 *
 * <pre>
 * GREETING --HELLOOK--&gt; UP --end, loss, violation--&gt; DOWN
 * </pre>
 *
 * <p>Times are nanoseconds of a monotonic clock; they must not be negative.
 */
public final class MuxSession {
    /** The time of a timer that is not set. */
    public static final long NEVER = Long.MAX_VALUE;
    /** The longest greeting kept. */
    public static final int MAX_GREETING = 63;

    /** Where a tunnel stands. */
    public enum State {
        /** The handshake is not over. */
        GREETING,
        /** Channels may be opened. */
        UP,
        /** The tunnel has ended. */
        DOWN
    }

    private final MuxOptions options;
    private final MuxListener listener;
    private final Tally tally = new Tally();
    private final Outgoing out;
    private final MuxDecoder decoder;
    private final FrameListener frames = this::onFrame;
    private final PeerConduct conduct;
    private final PeerFeatures features;
    private final ChannelTable channels = new ChannelTable();
    private final List<MuxChannel> unscheduled = new ArrayList<>();
    private final KeepAlive keepAlive;
    private final Greeting greeting;
    private final OptionExchange exchange;
    private final PeerOpens peerOpens;
    private final PeerFrames peerFrames;

    private State state = State.GREETING;
    private long now;
    /** Not later than the first deadline of a channel; those of channels that have gone may make it too early. */
    private long channelTimer = NEVER;

    private boolean draining;
    private boolean drainSent;
    private boolean peerDraining;

    /**
     * Creates a session.
     *
     * @param options how it behaves
     * @param greeting what this end calls itself: ASCII, different in every process, at most {@value #MAX_GREETING}
     *     characters; a peer that says the same is this end itself
     * @param carrier what the carrier can do
     * @param random for the keys of the legacy obfuscation
     * @param output where it writes
     * @param listener hears what happens
     */
    public MuxSession(
            MuxOptions options,
            String greeting,
            CarrierTraits carrier,
            RandomGenerator random,
            MuxOutput output,
            MuxListener listener) {
        this.options = options;
        this.listener = listener;
        MuxLimits limits = options.limits();
        out = new Outgoing(output, tally);
        decoder = new MuxDecoder(options.lenientVersion());
        features = new PeerFeatures(options);
        keepAlive = new KeepAlive(limits, tally);
        conduct = new PeerConduct(this, limits);
        this.greeting = new Greeting(this, limits, greeting, out);
        exchange = new OptionExchange(this, options, carrier, random, decoder);
        peerOpens = new PeerOpens(this, limits, channels, listener);
        peerFrames = new PeerFrames(this, channels, peerOpens, exchange, keepAlive);
    }

    /**
     * What a session has to know about its carrier.
     *
     * @param secure true if nobody else can read or change what it carries
     * @param separateDirections true if input and output are two devices: no obfuscation then (SockMux section 10.3)
     */
    public record CarrierTraits(boolean secure, boolean separateDirections) {
        /** A single device that others may read. */
        public static final CarrierTraits PLAIN = new CarrierTraits(false, false);
    }

    // ---- for the owner ------------------------------------------------------------------------------------------

    /**
     * The carrier is up: says hello.
     *
     * @param time the time
     */
    public void start(long time) {
        now = time;
        greeting.start(time);
    }

    /**
     * Octets have arrived.
     *
     * @param in all that was not consumed yet; complete frames are consumed
     * @param time the time
     */
    public void receive(ByteBuf in, long time) {
        if (state == State.DOWN) {
            in.skipBytes(in.readableBytes());
            return;
        }
        now = time;
        keepAlive.received(time);
        int before = in.readableBytes();
        try {
            decoder.decode(in, frames);
        } catch (MuxDecodeException e) {
            end(String.valueOf(e.getMessage()));
        }
        tally.bytesReceived += before - in.readableBytes();
        if (state == State.DOWN) {
            in.skipBytes(in.readableBytes());
        } else if (out.waitingControls() > options.limits().maxControlFrames()) {
            end("the peer reads nothing: more than " + options.limits().maxControlFrames() + " answers wait for it");
        }
    }

    /**
     * Returns how many octets {@link #receive} needs before it can read the next frame, or the rest of one.
     *
     * @return 1 or more, what it has left over before included
     */
    public int wanted() {
        return decoder.wanted();
    }

    /**
     * Writes what may be written.
     *
     * @param time the time
     */
    public void pump(long time) {
        now = time;
        if (state == State.DOWN) {
            return;
        }
        out.pump();
        for (MuxChannel channel : unscheduled) {
            channel.startClock(time);
            channelTimer = Math.min(channelTimer, channel.deadline());
        }
        unscheduled.clear();
        if (draining && channelCount() == 0 && state == State.UP) {
            end("drained");
        }
    }

    /**
     * Tells whether {@link #pump} may wait some milliseconds: there is nothing to send but acknowledgements of little data,
     * which can as well go together with what is sent next.
     *
     * @return true if it may
     */
    public boolean mayWait() {
        return state == State.UP && !draining && unscheduled.isEmpty() && out.onlyAcknowledges();
    }

    /**
     * Returns when {@link #onTimer} has to be called.
     *
     * @return a time; {@link #NEVER} if there is nothing to wait for
     */
    public long nextTimer() {
        if (state == State.DOWN) {
            return NEVER;
        }
        return Math.min(channelTimer, state == State.GREETING ? greeting.deadline() : keepAlive.nextTimer());
    }

    /**
     * Time has passed.
     *
     * @param time the time
     */
    public void onTimer(long time) {
        now = time;
        if (state == State.GREETING) {
            greeting.onTimer(time);
        }
        if (state == State.UP) {
            keepAlive.onTimer(time, out).ifPresent(this::end);
        }
        if (channelTimer > time) {
            return;
        }
        channelTimer = NEVER;
        for (MuxChannel channel : channels.all()) {
            if (channel.deadline() <= time) {
                channel.onDeadline();
            } else {
                channelTimer = Math.min(channelTimer, channel.deadline());
            }
        }
    }

    /**
     * The carrier is gone, or has to go: ends every channel.
     *
     * @param reason why, for a person
     */
    public void lost(String reason) {
        if (state == State.DOWN) {
            return;
        }
        state = State.DOWN;
        peerOpens.lost();
        List<MuxChannel> all = channels.all();
        all.addAll(channels.ofPeer());
        for (MuxChannel channel : all) {
            channel.onTunnelLost(reason);
            channels.remove(channel);
        }
    }

    /**
     * Ends the tunnel from this side; what is in the buffer still goes out.
     *
     * @param reason why, for a person
     */
    public void end(String reason) {
        if (state != State.DOWN) {
            lost(reason);
            out.end(reason);
        }
    }

    /** Opens no more channels, lets those that are open come to their end, and ends the tunnel then. */
    public void drain() {
        draining = true;
        sayDrain();
    }

    /**
     * Opens a channel (SockMux section 7).
     *
     * @param text the client and the entry
     * @param firstData borrowed; only if {@link #takesFirstData}, at most {@link #maxFirstData} octets
     * @param datagrams true if every piece of data is a datagram of its own
     * @param local the local side
     * @return the channel; empty if there is no room, or the tunnel is not up or is being drained
     */
    public Optional<MuxChannel> open(ConnectText text, ByteBuf firstData, boolean datagrams, ChannelListener local) {
        if (!isUsable()) {
            return Optional.empty();
        }
        MuxChannel channel = new MuxChannel(this, true, datagrams, local);
        if (!number(channel)) {
            return Optional.empty();
        }
        ByteBuf payload = Unpooled.buffer();
        text.write(payload);
        payload.writeBytes(firstData, firstData.readerIndex(), firstData.readableBytes());
        out.control(FrameType.CONNECT, channel.id(), FrameHeader.NO_ID, payload);
        channel.schedule(options.limits().openTimeout().toNanos());
        return Optional.of(channel);
    }

    /**
     * Tells whether first data may go out together with an open.
     *
     * @return true if the peer has offered it
     */
    public boolean takesFirstData() {
        return features.isConnectDataWanted();
    }

    /**
     * Returns how much data may go out together with an open.
     *
     * @param text the text it goes with
     * @return octets
     */
    public int maxFirstData(ConnectText text) {
        ByteBuf payload = Unpooled.buffer();
        text.write(payload);
        return FrameHeader.MAX_SENT_PAYLOAD - payload.readableBytes();
    }

    /**
     * Returns how long a datagram may be.
     *
     * @return octets
     */
    public int maxDatagram() {
        return features.maxData();
    }

    /**
     * Returns where the tunnel stands.
     *
     * @return the state
     */
    public State state() {
        return state;
    }

    /**
     * Tells whether both ends are of this library and have agreed on the extensions.
     *
     * @return true after both offers
     */
    public boolean isExtended() {
        return features.has(PeerFeatures.HALF_CLOSE);
    }

    /**
     * Tells whether channels may be opened now.
     *
     * @return true if the tunnel is up, the peer has authenticated itself if it has to, and nobody wants to leave
     */
    public boolean isUsable() {
        return state == State.UP && exchange.isAuthorized() && !draining && !peerDraining;
    }

    /**
     * Returns how many channels there are, those that are being opened or closed included.
     *
     * @return 0 or more
     */
    public int channelCount() {
        return channels.size() + peerOpens.count();
    }

    /**
     * Returns what was counted.
     *
     * @return the counters as they are now
     */
    public MuxCounters counters() {
        return tally.snapshot();
    }

    // ---- for channels -------------------------------------------------------------------------------------------

    MuxOptions options() {
        return options;
    }

    PeerFeatures features() {
        return features;
    }

    Outgoing out() {
        return out;
    }

    Tally tally() {
        return tally;
    }

    PeerConduct conduct() {
        return conduct;
    }

    /** The time of the call that is going on. */
    long now() {
        return now;
    }

    /** For comparison with recordings, whose numbers begin behind those of the entries. */
    void firstId(int id) {
        channels.firstId(id);
    }

    boolean number(MuxChannel channel) {
        int id = channels.allocate(channel, features.maxId(), features.maxChannels());
        if (id != 0) {
            channel.number(id);
        }
        return id != 0;
    }

    void schedule(MuxChannel channel) {
        unscheduled.add(channel);
    }

    long extraWindow() {
        MuxLimits limits = options.limits();
        return features.has(PeerFeatures.WINDOWS) ? Math.max(0, limits.extendedWindow() - limits.window()) : 0;
    }

    void removed(MuxChannel channel) {
        channels.remove(channel);
    }

    /** A destination was reached or not: the next open may have its turn. */
    void dialEnded() {
        peerOpens.dialEnded();
    }

    /** The handshake is over. */
    void greeted(String peer) {
        state = State.UP;
        keepAlive.received(now);
        exchange.start();
        listener.onUp(peer);
    }

    void askForEcho() {
        keepAlive.ask(now, out);
    }

    // ---- for what handles the frames ------------------------------------------------------------------------------

    private void onFrame(FrameHeader header, ByteBuf payload) {
        switch (state) {
            case GREETING -> greeting.onFrame(header, payload, now);
            case UP -> peerFrames.onFrame(header, payload);
            case DOWN -> {}
        }
    }

    boolean isDraining() {
        return draining;
    }

    /** The peer wants to leave; false if it has said so before. */
    boolean peerDrains() {
        boolean news = !peerDraining;
        if (news) {
            peerDraining = true;
            listener.onDrain();
        }
        return news;
    }

    void sayDrain() {
        if (draining && !drainSent && state == State.UP && features.has(PeerFeatures.DRAIN)) {
            drainSent = true;
            out.control(FrameType.DRAIN, FrameHeader.NO_ID, FrameHeader.NO_ID);
        }
    }
}
