package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.sockmux.session.ChannelEnd.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * One forwarded connection inside a tunnel (SockMux sections 7 to 9 and 15).
 *
 * <p>Belongs to the thread of its session. Every method may be called in every state; what comes too late does nothing.
 * After a call {@link MuxSession#pump} has to follow.
 */
public final class MuxChannel {
    /** The words of a side that closes. */
    static final String CLOSE_TEXT = "DO close";
    /** The words of the side that answers. */
    static final String CLOSED_TEXT = "OK closed";
    /** The words of a refusal. */
    public static final String NO_SERVER = "No server";

    /** Acknowledgements of no more octets may wait for something that they can go with. */
    private static final int LITTLE = 1024;

    enum State {
        /** We have sent CONNECT. */
        OPENING,
        /** The same, but the client has gone. */
        ABORTING,
        /** The peer has sent CONNECT. */
        DIALLING,
        OPEN,
        /** We have sent CLOSE, or RESET. */
        CLOSING,
        GONE
    }

    private final MuxSession session;
    private final boolean opener;
    private ChannelListener listener;
    private State state;
    private int id = FrameHeader.NO_ID;
    private int peerId = FrameHeader.NO_ID;

    private SendQueue queue;
    private final ReceiveWindow window;
    private final HalfClose halfClose = new HalfClose();
    private boolean sending;
    private boolean acknowledging;

    private boolean lingering;
    private boolean closeWanted;
    private boolean resetWanted;
    private int resetReason;

    private long timeout;
    private long deadline = MuxSession.NEVER;

    MuxChannel(MuxSession session, boolean opener, boolean datagrams, ChannelListener listener) {
        this.session = session;
        this.opener = opener;
        this.listener = listener;
        state = opener ? State.OPENING : State.DIALLING;
        queue = new SendQueue(session.features(), datagrams);
        window = new ReceiveWindow(session.options().limits(), session.tally());
    }

    // ---- for the local side -------------------------------------------------------------------------------------

    /**
     * Returns our number of the channel.
     *
     * @return {@link FrameHeader#NO_ID} until it is known
     */
    public int id() {
        return id;
    }

    /**
     * Tells whether data may flow.
     *
     * @return false before the channel is open and from the moment when it is closed
     */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    /**
     * Tells whether the peer has not answered the open yet.
     *
     * @return true until the channel is open, or will not be
     */
    public boolean isOpening() {
        return state == State.OPENING;
    }

    /**
     * Tells whether the local side should read.
     *
     * @return true if the channel takes data now; if not, {@link ChannelListener#onWritable} follows
     */
    public boolean wantsData() {
        return state == State.OPEN && !isEnding() && queue.wantsMore();
    }

    private boolean isEnding() {
        return halfClose.isWanted() || closeWanted || resetWanted || lingering;
    }

    /**
     * Sends data.
     *
     * @param data released by the session; as datagram at most {@link MuxSession#maxDatagram} octets
     * @return false if it was dropped: the channel is not open, or a datagram is empty or too long
     */
    public boolean send(ByteBuf data) {
        if (state != State.OPEN || isEnding()) {
            data.release();
            return false;
        }
        boolean taken = queue.add(data);
        if (taken) {
            ready();
        }
        return taken;
    }

    /**
     * Acknowledges data that was written out (SockMux section 8).
     *
     * @param octets how many, not more than were received
     */
    public void delivered(long octets) {
        if (window.delivered(octets, false, state == State.OPEN)) {
            needsAcknowledgement();
        }
    }

    /**
     * Acknowledges urgent data that was written out (SockMux section 18).
     *
     * @param octets how many, not more than were received
     */
    public void deliveredUrgent(long octets) {
        if (window.delivered(octets, true, state == State.OPEN)) {
            needsAcknowledgement();
        }
    }

    private void needsAcknowledgement() {
        if (!acknowledging) {
            acknowledging = true;
            session.out().acknowledge(this);
        }
        // A sender stops at four frames of its own size, so one of them cannot be what it waits for.
        if (window.isPressing(Math.min(LITTLE, session.features().maxData()))) {
            session.out().press();
        }
    }

    /** What was received and not written out yet has been thrown away. */
    public void discarded() {
        window.releaseAll();
    }

    /**
     * The local side sends no more, but may still read: half-close with a peer that understands it, otherwise what
     * {@link MuxOptions#linger()} says (SockMux section 9).
     */
    public void endOfInput() {
        if (state != State.OPEN || isEnding()) {
            if (state != State.OPEN) {
                close();
            }
            return;
        }
        if (halfClose.isPeerEndDelivered()) {
            // Both directions have ended: one exchange says so, instead of two.
            close();
        } else if (session.features().has(PeerFeatures.HALF_CLOSE)) {
            halfClose.want();
            ready();
        } else if (session.options().linger().isZero()) {
            close();
        } else {
            lingering = true;
            schedule(session.options().linger().toNanos());
        }
    }

    /** Everything before the end of the peer's data was written out, and the end was passed on. */
    public void endDelivered() {
        if (state == State.OPEN && halfClose.deliverPeerEnd()) {
            session.out().control(FrameType.FINOK, id, peerId);
            closeIfBothEnded();
        }
    }

    /** Closes the channel after everything that was sent before (SockMux section 9). */
    public void close() {
        switch (state) {
            case OPENING -> {
                listener = Nobody.INSTANCE;
                state = State.ABORTING;
                schedule(10 * session.options().limits().closingTimeout().toNanos());
            }
            case DIALLING -> refuse(NO_SERVER);
            case OPEN -> {
                closeWanted = true;
                ready();
            }
            default -> {}
        }
    }

    /**
     * Ends the channel without regard for data; a close for a peer that does not understand resets.
     *
     * @param reason 0 to 255, without meaning for the protocol
     */
    public void reset(int reason) {
        if (state == State.OPEN && session.features().has(PeerFeatures.HALF_CLOSE)) {
            queue.drop();
            resetWanted = true;
            resetReason = reason & 0xFF;
            ready();
        } else {
            close();
        }
    }

    /**
     * Opens a channel that the peer wants.
     *
     * @param text what was reached
     * @param datagrams true if every piece of data is a datagram of its own
     * @param newListener the local side
     * @return false if the channel cannot be opened any more
     */
    public boolean accept(ConnectText text, boolean datagrams, ChannelListener newListener) {
        if (state != State.DIALLING || !session.number(this)) {
            refuse(NO_SERVER);
            return false;
        }
        listener = newListener;
        queue = new SendQueue(session.features(), datagrams);
        ByteBuf payload = Unpooled.buffer();
        text.write(payload);
        session.out().control(FrameType.CONNECTED, id, peerId, payload);
        session.dialEnded();
        opened();
        return true;
    }

    /**
     * Refuses a channel that the peer wants.
     *
     * @param text why; {@link #NO_SERVER} is what the peer expects
     */
    public void refuse(String text) {
        if (state == State.DIALLING) {
            session.tally().refused++;
            session.out().control(FrameType.CLOSE, FrameHeader.NO_ID, peerId, text);
            gone();
            session.dialEnded();
        }
    }

    // ---- for the session ----------------------------------------------------------------------------------------

    State state() {
        return state;
    }

    int peerId() {
        return peerId;
    }

    long deadline() {
        return deadline;
    }

    void number(int own) {
        id = own;
    }

    void peerNumber(int theirs) {
        peerId = theirs;
    }

    private void opened() {
        state = State.OPEN;
        deadline = MuxSession.NEVER;
        timeout = 0;
        session.tally().opened++;
        long more = session.extraWindow();
        if (more > 0) {
            window.widen(more);
            ByteBuf payload = Unpooled.buffer(4).writeInt((int) more);
            session.out().control(FrameType.WINDOW, id, peerId, payload);
        }
        if (wantsData()) {
            listener.onWritable();
        }
    }

    void schedule(long nanos) {
        timeout = nanos;
        session.schedule(this);
    }

    /** Turns the waiting time into a deadline. */
    void startClock(long now) {
        if (timeout > 0) {
            deadline = now + timeout;
            timeout = 0;
        }
    }

    private void ready() {
        if (!sending && state == State.OPEN) {
            sending = true;
            session.out().send(this);
        }
    }

    void writeAcknowledgement(Outgoing out) {
        acknowledging = false;
        if (state == State.OPEN) {
            window.writeAcknowledgements(out, id, peerId);
        }
    }

    /** Writes at most one frame and goes to the end of the line if there is more. */
    void writeOne(Outgoing out) {
        sending = false;
        if (state != State.OPEN) {
            return;
        }
        if (!queue.isEmpty()) {
            writeData(out);
        } else if (resetWanted) {
            ByteBuf reason = Unpooled.buffer(1).writeByte(resetReason);
            out.frame(FrameType.RESET, id, peerId, reason);
            closing(new ChannelEnd(Kind.LOCAL, "reset"));
        } else if (closeWanted) {
            out.encoder().writeText(out.buffer(), FrameType.CLOSE, id, peerId, CLOSE_TEXT);
            closing(new ChannelEnd(Kind.LOCAL, CLOSE_TEXT));
        } else if (halfClose.takeTurn()) {
            out.frame(FrameType.FIN, id, peerId, Unpooled.EMPTY_BUFFER);
        }
    }

    private void writeData(Outgoing out) {
        queue.writeOne(out, id, peerId);
        if (queue.isReady() || (queue.isEmpty() && isEnding())) {
            ready();
        }
        if (wantsData()) {
            listener.onWritable();
        }
    }

    private void closing(ChannelEnd end) {
        state = State.CLOSING;
        schedule(session.options().limits().closingTimeout().toNanos());
        tell(end);
    }

    /** The last thing that the local side hears. */
    private void tell(ChannelEnd end) {
        ChannelListener told = listener;
        listener = Nobody.INSTANCE;
        queue.drop();
        if (!end.isOrderly()) {
            window.releaseAll();
        }
        told.onClosed(end);
    }

    private void gone() {
        state = State.GONE;
        deadline = MuxSession.NEVER;
        timeout = 0;
        session.removed(this);
    }

    void onConnected(ConnectText text, ByteBuf firstData) {
        opened();
        listener.onConnected(text, firstData);
    }

    /** The peer has answered an open that nobody waits for any more. */
    void closeAborted() {
        session.out().control(FrameType.CLOSE, id, peerId, CLOSE_TEXT);
        state = State.CLOSING;
        schedule(session.options().limits().closingTimeout().toNanos());
    }

    /** The peer's answer cannot be used: it has no room for the channel, but may think that there is one. */
    void failOpen(String why) {
        state = State.CLOSING;
        schedule(session.options().limits().closingTimeout().toNanos());
        tell(new ChannelEnd(Kind.REFUSED, why));
    }

    void onSend(ByteBuf payload, boolean urgent) {
        int length = payload.readableBytes();
        if (state != State.OPEN || length == 0) {
            return;
        }
        if (halfClose.isPeerEnded()) {
            violate("#data after the end");
            return;
        }
        if (!window.fits(length)) {
            violate("#window exceeded");
            return;
        }
        if (!window.fitsWithOthers(length)) {
            violate("#too much data waiting");
            return;
        }
        window.received(length);
        if (lingering) {
            schedule(session.options().linger().toNanos());
        }
        listener.onData(payload, urgent);
    }

    /** Closes this channel alone. */
    private void violate(String text) {
        session.out().control(FrameType.CLOSE, id, peerId, text);
        state = State.CLOSING;
        schedule(session.options().limits().closingTimeout().toNanos());
        tell(new ChannelEnd(Kind.VIOLATION, text));
        session.conduct().violated(text);
    }

    void onSent(long count) {
        if (state != State.OPEN) {
            return;
        }
        if (!queue.acknowledged(count)) {
            session.tally().violations++;
            if (session.options().strictAcknowledgements()) {
                violate("#wrong acknowledgement");
                return;
            }
        }
        if (queue.isReady()) {
            ready();
        }
    }

    void onClose(String text) {
        switch (state) {
            case OPENING, OPEN -> {
                boolean refused = state == State.OPENING;
                session.out().control(FrameType.CLOSED, id, refused ? FrameHeader.NO_ID : peerId, CLOSED_TEXT);
                gone();
                tell(new ChannelEnd(refused ? Kind.REFUSED : Kind.PEER, text));
            }
            case ABORTING -> {
                session.out().control(FrameType.CLOSED, id, FrameHeader.NO_ID, CLOSED_TEXT);
                gone();
            }
            // Both have closed at once: no answer (SockMux section 9).
            case CLOSING -> gone();
            default -> {}
        }
    }

    void onClosedAnswer() {
        if (state == State.CLOSING) {
            gone();
        }
    }

    void onReset(int reason) {
        if (state == State.OPEN) {
            session.out().control(FrameType.RESETOK, id, peerId);
            gone();
            tell(new ChannelEnd(Kind.RESET, "reset, reason " + reason));
        } else if (state == State.CLOSING) {
            gone();
        }
    }

    void onWindow(long more) {
        if (state == State.OPEN) {
            queue.widen(more);
            if (queue.isReady()) {
                ready();
            }
        }
    }

    void onEnd() {
        if (state == State.OPEN && halfClose.endPeer()) {
            listener.onEnd();
        }
    }

    void onEndConfirmed() {
        if (state == State.OPEN && halfClose.confirm()) {
            closeIfBothEnded();
        }
    }

    /** Both directions are at rest: who opened the channel also closes it. */
    private void closeIfBothEnded() {
        if (opener && halfClose.isComplete()) {
            closeWanted = true;
            ready();
        }
    }

    void onDeadline() {
        deadline = MuxSession.NEVER;
        switch (state) {
            case OPENING -> {
                ChannelListener told = listener;
                close();
                told.onClosed(new ChannelEnd(Kind.TIMEOUT, "the peer did not answer the open"));
            }
            case ABORTING, CLOSING -> {
                session.tally().unanswered++;
                gone();
            }
            case OPEN -> {
                if (lingering) {
                    close();
                }
            }
            default -> {}
        }
    }

    void onTunnelLost(String reason) {
        boolean told = state == State.CLOSING || state == State.ABORTING || state == State.GONE;
        state = State.GONE;
        if (!told) {
            tell(new ChannelEnd(Kind.TUNNEL, reason));
        }
        window.releaseAll();
    }

    @Override
    public String toString() {
        return "channel " + id + "/" + peerId + " " + state;
    }
}
