package io.mirror.codec.journal;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Everything a reader told of one request, in a form that can be compared. */
final class Recorded implements RequestListener {
    final StringBuilder events = new StringBuilder();
    final ByteArrayOutputStream data = new ByteArrayOutputStream();
    RequestReader.State end = RequestReader.State.HEAD;

    static Recorded of(byte[] bytes, int size, boolean oldBlobs, JournalLimits limits) {
        Recorded recorded = new Recorded();
        RequestReader reader = new RequestReader(limits, oldBlobs);
        try {
            for (int from = 0; from < bytes.length; from += size) {
                reader.read(Unpooled.wrappedBuffer(bytes, from, Math.min(size, bytes.length - from)), recorded);
            }
        } catch (JournalDecodeException e) {
            recorded.events.append("bad: ").append(e.getMessage());
        }
        recorded.end = reader.state();
        return recorded;
    }

    String all() {
        return events + " " + end + " " + data.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void onHead(RequestHead head) {
        events.append(head).append('\n');
    }

    @Override
    public void onKey(byte[] key) {
        events.append("key ").append(new String(key, StandardCharsets.UTF_8)).append('\n');
    }

    @Override
    public void onBatch(long length) {
        events.append("batch ").append(length).append('\n');
    }

    @Override
    public void onBlob(String path, long length) {
        events.append("blob ").append(path).append(' ').append(length).append('\n');
    }

    @Override
    public void onData(ByteBuf piece) {
        byte[] bytes = new byte[piece.readableBytes()];
        piece.readBytes(bytes);
        data.writeBytes(bytes);
    }

    @Override
    public void onMark(byte mark) {
        events.append("mark ").append((char) mark).append('\n');
    }

    @Override
    public void onSurplus(int count) {
        if (events.indexOf("surplus") < 0) {
            events.append("surplus\n");
        }
    }
}
