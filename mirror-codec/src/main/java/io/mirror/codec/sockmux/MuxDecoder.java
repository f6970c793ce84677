package io.mirror.codec.sockmux;

import io.mirror.codec.sockmux.MuxDecodeException.Reason;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the frames of one direction of a tunnel (SockMux section 2).
 *
 * <p>Input may be cut anywhere. The decoder keeps at most one header; what is incomplete stays in the buffer, so memory
 * grows with the octets received and never with a length that the peer announced. It belongs to one tunnel and one
 * thread, and neither keeps nor releases the buffers it is given. Obfuscated input is uncovered in place: the buffer
 * must be writable then.
 */
public final class MuxDecoder {
    private final boolean lenient;
    private final FrameHeader header = new FrameHeader();
    private boolean insideFrame;
    private long position;
    private @Nullable Obfuscation cover;
    private int preamble;
    private @Nullable MuxDecodeException failure;

    /**
     * Creates a decoder for a new tunnel.
     *
     * @param lenient true to take plain frames of any version, as DeleGate does after the handshake
     */
    public MuxDecoder(boolean lenient) {
        this.lenient = lenient;
    }

    /**
     * Reads all complete frames.
     *
     * @param in what has arrived; the reader index is moved behind what was read, and the next call must present the
     *     rest again, followed by what arrived in the meantime
     * @param out takes the frames
     * @return how many frames there were
     * @throws MuxDecodeException if the stream cannot be read any further; every later call fails with the same
     *     exception
     */
    public int decode(ByteBuf in, FrameListener out) {
        if (failure != null) {
            throw failure;
        }
        int frames = 0;
        int at = in.readerIndex();
        int end = in.writerIndex();
        try {
            while (true) {
                if (preamble > 0) {
                    at += skipPreamble(in, at, end);
                    if (preamble > 0) {
                        return frames;
                    }
                }
                int payload = at;
                if (!insideFrame) {
                    if (end - at < FrameHeader.LENGTH) {
                        return frames;
                    }
                    readHeader(in, at);
                    payload += FrameHeader.LENGTH;
                }
                int length = header.length();
                insideFrame = end - payload < length;
                if (insideFrame) {
                    at = payload;
                    return frames;
                }
                if (cover != null) {
                    cover.uncover(in, payload, length);
                }
                at = payload + length;
                position += FrameHeader.LENGTH + length;
                frames++;
                // The payload is a window in the buffer itself: a slice would be an object for every frame.
                in.setIndex(payload, at);
                out.onFrame(header, in);
            }
        } finally {
            in.setIndex(at, end);
        }
    }

    private int skipPreamble(ByteBuf in, int at, int end) {
        int skipped = Math.min(preamble, end - at);
        if (cover != null && skipped > 0) {
            cover.uncover(in, at, skipped);
        }
        preamble -= skipped;
        position += skipped;
        return skipped;
    }

    private void readHeader(ByteBuf in, int at) {
        if (cover != null) {
            cover.uncover(in, at, FrameHeader.LENGTH);
        }
        header.read(in, at, position);
        check();
    }

    private void check() {
        int version = header.version();
        if (cover != null) {
            if (version != FrameHeader.OBFUSCATED_VERSION) {
                throw fail(Reason.KEYS_DIFFER, "the version octet is " + hex(version) + ", expected 0x83");
            }
        } else if (!lenient && (version & 0x7F) != FrameHeader.VERSION) {
            throw fail(
                    Reason.BAD_VERSION, "the version octet is " + hex(version) + ", expected 0x03; is this SockMux?");
        }
        if (header.length() > FrameHeader.MAX_PAYLOAD) {
            throw fail(
                    Reason.TOO_LONG,
                    FrameType.name(header.type()) + " announces " + header.length() + " octets, the limit is "
                            + FrameHeader.MAX_PAYLOAD);
        }
    }

    private MuxDecodeException fail(Reason reason, String detail) {
        MuxDecodeException problem = new MuxDecodeException(reason, position, detail);
        failure = problem;
        return problem;
    }

    private static String hex(int octet) {
        return String.format(Locale.ROOT, "0x%02x", octet);
    }

    /**
     * Says that everything from the next octet on is obfuscated. To be called while CRYPTON is being delivered
     * (SockMux section 10.3).
     *
     * @param key uncovers what is received
     * @param preambleOctets how many octets to discard first, 0 or more
     */
    public void uncoverWith(Obfuscation key, int preambleOctets) {
        cover = key;
        preamble = preambleOctets;
    }

    /**
     * Discards octets before the next frame; for recordings that were uncovered already.
     *
     * @param octets how many, 0 or more
     */
    public void skip(int octets) {
        preamble = octets;
    }

    /**
     * Tells whether the stream may not end here.
     *
     * @return true if a header was read whose payload is not complete
     */
    public boolean isInsideFrame() {
        return insideFrame;
    }

    /**
     * Returns how much has to be presented before {@link #decode} can go on; with more it may not have to stop again.
     *
     * @return octets, those that were left over included; 1 or more
     */
    public int wanted() {
        if (preamble > 0) {
            return 1;
        }
        return insideFrame ? header.length() : FrameHeader.LENGTH;
    }

    /**
     * Returns the header that was read last; the frame it belongs to may be incomplete.
     *
     * @return the header, overwritten by the next frame
     */
    public FrameHeader header() {
        return header;
    }

    /**
     * Returns where the next frame begins, or the incomplete one.
     *
     * @return offset in octets from the beginning of the stream
     */
    public long position() {
        return position;
    }
}
