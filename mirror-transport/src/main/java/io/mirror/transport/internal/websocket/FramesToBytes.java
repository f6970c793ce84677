package io.mirror.transport.internal.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Passes the payload of messages on as bytes, and makes messages of the bytes that are written. */
final class FramesToBytes extends ChannelDuplexHandler {
    /** Longer messages are sent in fragments, so that a reader with a lower limit for frames takes them. */
    private static final int FRAGMENT_BYTES = 256 << 10;
    /** The first byte of a binary frame of DHTP; no text line begins with it (DHTP section 7.1). */
    private static final byte FRAME_MARK = 0x01;
    /** Where a binary frame of DHTP says how long it is, in four bytes, the lowest first. */
    private static final int LENGTH_OFFSET = 4;

    private final Messages messages;
    private final int maxMessageBytes;

    FramesToBytes(Messages messages, int maxMessageBytes) {
        this.messages = messages;
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf content = ((WebSocketFrame) message).content();
        if (content.isReadable()) {
            context.fireChannelRead(content);
        } else {
            content.release();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes) || !bytes.isReadable()) {
            context.write(message, promise);
            return;
        }
        while (bytes.isReadable()) {
            boolean text = messages == Messages.DHTP && !startsWithFrame(bytes);
            int length = messages == Messages.DHTP ? nextRun(bytes, text) : bytes.readableBytes();
            if (length > maxMessageBytes && messages == Messages.DHTP) {
                bytes.release();
                promise.tryFailure(new WebSocketViolation(
                        "a message of " + length + " bytes is longer than the limit of " + maxMessageBytes));
                return;
            }
            ByteBuf run = bytes.readRetainedSlice(Math.min(length, maxMessageBytes));
            writeMessage(context, run, text, bytes.isReadable() ? context.newPromise() : promise);
        }
        bytes.release();
    }

    private static boolean startsWithFrame(ByteBuf bytes) {
        return bytes.getByte(bytes.readerIndex()) == FRAME_MARK;
    }

    /** Finds where the kind of messages changes, or where a message of a usual size ends. */
    private static int nextRun(ByteBuf bytes, boolean text) {
        int start = bytes.readerIndex();
        int end = bytes.writerIndex();
        int at = start;
        while (at < end && at - start < FRAGMENT_BYTES && (bytes.getByte(at) == FRAME_MARK) != text) {
            int next = text ? endOfLine(bytes, at, end) : endOfFrame(bytes, at, end);
            at = next;
        }
        return at - start;
    }

    private static int endOfLine(ByteBuf bytes, int at, int end) {
        int lineFeed = bytes.indexOf(at, end, (byte) '\n');
        return lineFeed < 0 ? end : lineFeed + 1;
    }

    private static int endOfFrame(ByteBuf bytes, int at, int end) {
        if (end - at < LENGTH_OFFSET + Integer.BYTES) {
            return end;
        }
        long length = bytes.getUnsignedIntLE(at + LENGTH_OFFSET);
        return (int) Math.min(end, at + Math.max(length, LENGTH_OFFSET + Integer.BYTES));
    }

    private static void writeMessage(ChannelHandlerContext context, ByteBuf run, boolean text, ChannelPromise promise) {
        int length = run.readableBytes();
        if (length <= FRAGMENT_BYTES) {
            context.write(text ? new TextWebSocketFrame(run) : new BinaryWebSocketFrame(run), promise);
            return;
        }
        boolean first = true;
        while (run.isReadable()) {
            ByteBuf part = run.readRetainedSlice(Math.min(FRAGMENT_BYTES, run.readableBytes()));
            boolean last = !run.isReadable();
            WebSocketFrame frame;
            if (!first) {
                frame = new ContinuationWebSocketFrame(last, 0, part);
            } else {
                frame = text ? new TextWebSocketFrame(last, 0, part) : new BinaryWebSocketFrame(last, 0, part);
            }
            context.write(frame, last ? promise : context.newPromise());
            first = false;
        }
        run.release();
    }
}
