package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecodeException;
import io.mirror.codec.sockmux.MuxDecoder;
import io.mirror.codec.sockmux.MuxText;
import io.mirror.codec.sockmux.Obfuscation;
import io.mirror.codec.sockmux.OptionType;
import io.mirror.core.access.Secret;
import io.mirror.core.point.Excerpt;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

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

    static final String NOT_AUTHENTICATED = "### Not Authenticated ###";
    private static final int MAX_TEXT = 255;
    private static final int MAX_CREDENTIALS = 1024;
    private static final int MINUTE = 60;

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
    private final String greeting;
    private final boolean secure;
    private final MuxListener listener;
    private final Tally tally = new Tally();
    private final Outgoing out;
    private final MuxDecoder decoder;
    private final PeerFeatures features;
    private final ChannelTable channels = new ChannelTable();
    private final ArrayDeque<PendingOpen> waitingOpens = new ArrayDeque<>();
    private final List<MuxChannel> unscheduled = new ArrayList<>();
    private final KeepAlive keepAlive;
    private final RateLimit opens;
    private final RateLimit echoes;
    private final RateLimit ignored;
    private final @Nullable KeyExchange keyExchange;

    private State state = State.GREETING;
    private long now;
    private long greetingDeadline;
    /** Not later than the first deadline of a channel; those of channels that have gone may make it too early. */
    private long channelTimer = NEVER;

    private int greetingFrames;
    private int dialling;
    private int violators;
    private int loginAttempts;
    private boolean authorized;
    private boolean credentialsSent;
    private boolean draining;
    private boolean drainSent;
    private boolean peerDraining;

    /** An open of the peer that waits for its turn. */
    private record PendingOpen(MuxChannel channel, ConnectText text, ByteBuf firstData) {}

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
        if (greeting.isEmpty() || greeting.length() > MAX_GREETING) {
            throw new IllegalArgumentException("a greeting has 1 to " + MAX_GREETING + " characters");
        }
        this.options = options;
        this.greeting = greeting;
        this.listener = listener;
        secure = carrier.secure();
        MuxLimits limits = options.limits();
        out = new Outgoing(output, tally);
        decoder = new MuxDecoder(options.lenientVersion());
        features = new PeerFeatures(options);
        keepAlive = new KeepAlive(limits, tally);
        opens = new RateLimit(limits.opensPerSecond(), limits.opensBurst());
        echoes = new RateLimit(limits.echoesPerSecond(), limits.echoesPerSecond());
        ignored = new RateLimit((double) limits.ignoredPerMinute() / MINUTE, limits.ignoredPerMinute());
        keyExchange = carrier.separateDirections()
                ? null
                : options.obfuscation()
                        .map(settings -> new KeyExchange(settings, random, out))
                        .orElse(null);
        authorized = options.authorizer().isEmpty();
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
        greetingDeadline = time + options.limits().greetingTimeout().toNanos();
        out.control(FrameType.HELLO, FrameHeader.NO_ID, FrameHeader.NO_ID, greeting);
        out.flushControls();
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
            decoder.decode(in, this::onFrame);
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
        if (draining && channels.size() == 0 && dialling == 0 && waitingOpens.isEmpty() && state == State.UP) {
            end("drained");
        }
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
        return Math.min(channelTimer, state == State.GREETING ? greetingDeadline : keepAlive.nextTimer());
    }

    /**
     * Time has passed.
     *
     * @param time the time
     */
    public void onTimer(long time) {
        now = time;
        if (state == State.GREETING && time >= greetingDeadline) {
            end("no greeting within " + options.limits().greetingTimeout().toSeconds() + " s: is this SockMux?");
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
        for (PendingOpen open : waitingOpens) {
            open.firstData.release();
        }
        waitingOpens.clear();
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

    private void sayDrain() {
        if (draining && !drainSent && state == State.UP && features.has(PeerFeatures.DRAIN)) {
            drainSent = true;
            out.control(FrameType.DRAIN, FrameHeader.NO_ID, FrameHeader.NO_ID);
        }
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
        return state == State.UP && authorized && !draining && !peerDraining;
    }

    /**
     * Returns how many channels there are, those that are being opened or closed included.
     *
     * @return 0 or more
     */
    public int channelCount() {
        return channels.size() + dialling + waitingOpens.size();
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

    void violated(String what) {
        tally.violations++;
        violators++;
        if (violators >= options.limits().maxViolations()) {
            end("the peer broke the rules on " + violators + " channels, the last time: " + what);
        }
    }

    /** A destination was reached or not: the next open may have its turn. */
    void dialEnded() {
        dialling--;
        PendingOpen next = state == State.DOWN ? null : waitingOpens.poll();
        if (next != null) {
            try {
                dial(next.channel, next.text, next.firstData);
            } finally {
                next.firstData.release();
            }
        }
    }

    // ---- frames -------------------------------------------------------------------------------------------------

    private void onFrame(FrameHeader header, ByteBuf payload) {
        switch (state) {
            case GREETING -> onGreeting(header, payload);
            case UP -> onFrameWhenUp(header, payload);
            case DOWN -> {}
        }
    }

    private void onGreeting(FrameHeader header, ByteBuf payload) {
        greetingFrames++;
        if (header.version() != FrameHeader.VERSION) {
            end("the peer speaks another version of SockMux");
        } else if (header.type() == FrameType.HELLO) {
            if (MuxText.read(payload, MAX_TEXT).equals(greeting)) {
                end("the tunnel leads back to itself");
                return;
            }
            greetingDeadline = now + options.limits().greetingTimeout().toNanos();
            out.control(FrameType.HELLOOK, FrameHeader.NO_ID, FrameHeader.NO_ID, greeting);
        } else if (header.type() == FrameType.HELLOOK) {
            String peer = Excerpt.of(MuxText.read(payload, MAX_GREETING));
            if (peer.equals(greeting)) {
                end("the tunnel leads back to itself");
                return;
            }
            out.control(FrameType.HELLOOK, FrameHeader.NO_ID, FrameHeader.NO_ID, greeting);
            up(peer);
        } else if (greetingFrames >= options.limits().maxGreetingFrames()) {
            end("no greeting among the first " + greetingFrames + " frames");
        }
        if (state == State.GREETING && greetingFrames >= options.limits().maxGreetingFrames()) {
            end("the handshake was not over after " + greetingFrames + " frames");
        }
    }

    private void up(String peer) {
        state = State.UP;
        keepAlive.received(now);
        option(Unpooled.buffer(3).writeByte(OptionType.PACKSIZE).writeShort(options.packetSize()));
        if (keyExchange != null) {
            keyExchange.offer();
            keepAlive.ask(now, out);
        }
        if (options.connectData()) {
            option(Unpooled.buffer(3)
                    .writeByte(OptionType.CONNDATA)
                    .writeByte(1)
                    .writeByte(0));
        }
        if (options.extensions()) {
            ByteBuf offer = Unpooled.buffer(8);
            PeerFeatures.writeExtensions(offer);
            option(offer);
        }
        if (keyExchange == null) {
            sendCredentials();
        }
        listener.onUp(peer);
    }

    private void option(ByteBuf payload) {
        out.control(FrameType.SETOPT, FrameHeader.NO_ID, FrameHeader.NO_ID, payload);
    }

    /** Never in clear, unless the host allows it (SockMux section 11). */
    private void sendCredentials() {
        if (!credentialsSent && (secure || options.plaintextCredentials())) {
            options.credentials().ifPresent(credentials -> {
                credentialsSent = true;
                out.flushControls();
                out.encoder().writeCredentials(out.buffer(), credentials.user(), credentials.password());
            });
        }
    }

    private void onFrameWhenUp(FrameHeader header, ByteBuf payload) {
        switch (header.type()) {
            case FrameType.NOOP, FrameType.HELLOOK -> {}
            case FrameType.HELLO -> end("the peer began a new handshake");
            case FrameType.CONNECT -> onConnect(header, payload);
            case FrameType.CONNECTED -> onConnected(header, payload);
            case FrameType.ECHO -> onEcho(header, payload);
            case FrameType.ECHOOK -> keepAlive.answered(payload, now);
            case FrameType.SETOPT -> onOption(payload);
            case FrameType.CRYPTON -> onCoverOn(payload);
            case FrameType.CLOSE -> onClose(header, payload);
            case FrameType.CLOSED -> onClosed(header);
            case FrameType.DRAIN -> onDrain();
            default -> onChannelFrame(header, payload);
        }
    }

    private void onChannelFrame(FrameHeader header, ByteBuf payload) {
        int type = header.type();
        boolean known = type == FrameType.SEND
                || type == FrameType.SENT
                || type == FrameType.SENDOOB
                || type == FrameType.SENTOOB
                || (isExtended() && Outgoing.isExtension(type));
        if (!known) {
            ignore();
            return;
        }
        MuxChannel channel = channels.get(header.raid());
        if (channel == null || channel.peerId() != header.said()) {
            tally.lateFrames++;
            ignore();
            return;
        }
        switch (type) {
            case FrameType.SEND -> channel.onSend(payload, false);
            case FrameType.SENDOOB -> channel.onSend(payload, true);
            case FrameType.SENT -> channel.onSent(MuxText.count(payload));
            case FrameType.FIN -> channel.onEnd();
            case FrameType.FINOK -> channel.onEndConfirmed();
            case FrameType.RESET ->
                channel.onReset(payload.isReadable() ? payload.getUnsignedByte(payload.readerIndex()) : 0);
            case FrameType.RESETOK -> channel.onClosedAnswer();
            case FrameType.WINDOW -> {
                if (payload.readableBytes() >= Integer.BYTES) {
                    channel.onWindow(payload.getUnsignedInt(payload.readerIndex()));
                }
            }
            // We never send urgent data, so SENTOOB acknowledges nothing.
            default -> {}
        }
    }

    private void ignore() {
        tally.ignored++;
        if (!ignored.take(now)) {
            end("more than " + options.limits().ignoredPerMinute() + " frames a minute that mean nothing");
        }
    }

    private void onConnect(FrameHeader header, ByteBuf payload) {
        int said = header.said();
        if (!authorized) {
            refuse(said, NOT_AUTHENTICATED);
            end("the peer opened a channel without having authenticated itself");
            return;
        }
        if (channels.isPeerIdInUse(said)) {
            tally.violations++;
            ignore();
            return;
        }
        MuxLimits limits = options.limits();
        Optional<ConnectText> text = ConnectText.read(payload);
        MuxChannel channel = new MuxChannel(this, false, false, IGNORANT);
        boolean room = channels.size() + dialling + waitingOpens.size() < features.maxChannels()
                && dialling + waitingOpens.size() < limits.maxPendingOpens();
        if (!opens.take(now) || draining || text.isEmpty() || !room) {
            refuse(said, MuxChannel.NO_SERVER);
            return;
        }
        if (!channels.setPeerId(said, features.has(PeerFeatures.WIDE_IDS), channel)) {
            tally.violations++;
            refuse(said, MuxChannel.NO_SERVER);
            return;
        }
        channel.peerNumber(said);
        if (dialling < limits.maxDialling()) {
            dial(channel, text.get(), payload);
        } else {
            waitingOpens.add(new PendingOpen(channel, text.get(), payload.copy()));
        }
    }

    /** Replaced when the channel is accepted; until then nothing can happen to it but the loss of the tunnel. */
    private static final ChannelListener IGNORANT = new ChannelListener() {
        @Override
        public void onData(ByteBuf data, boolean urgent) {}

        @Override
        public void onClosed(ChannelEnd end) {}
    };

    private void dial(MuxChannel channel, ConnectText text, ByteBuf firstData) {
        dialling++;
        listener.onOpen(channel, text, firstData);
    }

    private void refuse(int said, String text) {
        tally.refused++;
        out.control(FrameType.CLOSE, FrameHeader.NO_ID, said, text);
    }

    private void onConnected(FrameHeader header, ByteBuf payload) {
        MuxChannel channel = channels.get(header.raid());
        boolean wide = features.has(PeerFeatures.WIDE_IDS);
        boolean waiting = channel != null
                && (channel.state() == MuxChannel.State.OPENING || channel.state() == MuxChannel.State.ABORTING);
        if (channel == null || !waiting) {
            tally.lateFrames++;
            ignore();
            if (channel == null && header.said() >= ChannelTable.MIN_ID && header.said() != FrameHeader.NO_ID) {
                // Nobody waits any more: the peer shall not keep what nobody uses.
                out.control(FrameType.CLOSE, FrameHeader.NO_ID, header.said(), MuxChannel.CLOSE_TEXT);
            }
            return;
        }
        if (!channels.setPeerId(header.said(), wide, channel)) {
            tally.violations++;
            channel.failOpen("the peer has no room for the channel");
            return;
        }
        channel.peerNumber(header.said());
        if (channel.state() == MuxChannel.State.ABORTING) {
            channel.closeAborted();
            return;
        }
        channel.onConnected(ConnectText.read(payload).orElse(new ConnectText("", "", "")), payload);
    }

    private void onEcho(FrameHeader header, ByteBuf payload) {
        if (echoes.take(now) && out.waitingControls() <= options.limits().echoesPerSecond()) {
            out.control(FrameType.ECHOOK, header.raid(), header.said(), payload);
        } else {
            tally.echoesDropped++;
        }
    }

    private void onClose(FrameHeader header, ByteBuf payload) {
        MuxChannel channel = channels.get(header.raid());
        if (channel == null) {
            out.control(FrameType.CLOSED, header.raid(), header.said(), MuxChannel.CLOSED_TEXT);
            tally.lateFrames++;
            ignore();
            return;
        }
        if (header.said() != FrameHeader.NO_ID && channel.peerId() != header.said()) {
            tally.violations++;
            ignore();
            return;
        }
        channel.onClose(printable(payload));
    }

    private static String printable(ByteBuf payload) {
        String text = MuxText.read(payload, MAX_TEXT);
        return Excerpt.of(text);
    }

    private void onClosed(FrameHeader header) {
        MuxChannel channel = channels.get(header.raid());
        if (channel != null && channel.peerId() == header.said()) {
            channel.onClosedAnswer();
        } else if (header.raid() != FrameHeader.NO_ID) {
            tally.lateFrames++;
            ignore();
        }
    }

    private void onDrain() {
        if (isExtended() && !peerDraining) {
            peerDraining = true;
            listener.onDrain();
        } else {
            ignore();
        }
    }

    private void onOption(ByteBuf payload) {
        if (!payload.isReadable()) {
            ignore();
            return;
        }
        boolean understood = switch (payload.getUnsignedByte(payload.readerIndex())) {
            case OptionType.PACKSIZE -> features.offerPacketSize(payload);
            case OptionType.CONNDATA -> features.offerConnectData(payload);
            case OptionType.EXTENSION -> onExtensions(payload);
            case OptionType.AUTH -> onCredentials(payload);
            case OptionType.CRYPT -> onKeyOffer(payload);
            default -> false;
        };
        if (!understood) {
            ignore();
        }
    }

    private boolean onExtensions(ByteBuf payload) {
        boolean understood = features.offerExtensions(payload);
        sayDrain();
        return understood || !options.extensions();
    }

    private boolean onKeyOffer(ByteBuf payload) {
        if (keyExchange == null) {
            // A DeleGate with its defaults offers keys to everybody and goes on without (SockMux section 10).
            return true;
        }
        boolean usable = keyExchange.onOffer(payload);
        if (usable && keyExchange.receiving().isPresent()) {
            sendCredentials();
        }
        return usable;
    }

    private void onCoverOn(ByteBuf payload) {
        Optional<Obfuscation> key = keyExchange == null ? Optional.empty() : keyExchange.receiving();
        if (key.isEmpty()) {
            end("the peer obfuscates without an agreed key: set crypt:no there, or legacyObfuscation here");
            return;
        }
        int preamble = payload.readableBytes() > 1 ? payload.getUnsignedByte(payload.readerIndex() + 1) : 0;
        decoder.uncoverWith(key.get(), preamble);
    }

    private boolean onCredentials(ByteBuf payload) {
        int length = payload.readableBytes() - 2;
        if (options.authorizer().isEmpty()) {
            return true;
        }
        if (length < 2 || length > MAX_CREDENTIALS || payload.getByte(payload.readerIndex() + 1) != 1) {
            return false;
        }
        ByteBuf text = payload.slice(payload.readerIndex() + 2, length);
        text = text.slice(text.readerIndex(), MuxText.length(text));
        int colon = text.bytesBefore((byte) ':');
        if (colon < 0) {
            return false;
        }
        String user = text.toString(text.readerIndex(), colon, StandardCharsets.UTF_8);
        CharBuffer password = StandardCharsets.UTF_8.decode(
                text.nioBuffer(text.readerIndex() + colon + 1, text.readableBytes() - colon - 1));
        try (Secret secret = Secret.of(password)) {
            authorized = options.authorizer().get().test(user, secret);
        }
        loginAttempts++;
        if (!authorized && loginAttempts >= options.limits().maxLoginAttempts()) {
            end("wrong credentials, " + loginAttempts + " times");
        }
        return true;
    }
}
