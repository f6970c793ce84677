package io.mirror.replica.scsp;

import io.netty.handler.codec.http.HttpResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A 206 with one or several ranges (SCSP section 5.3). */
final class RangeAnswer {
    private final NodeSettings settings;
    private final ObjectReads requests;

    RangeAnswer(NodeSettings settings, ObjectReads requests) {
        this.settings = settings;
        this.requests = requests;
    }

    void send(Exchange exchange, ObjectStore.StoredObject object, List<ByteRanges.Range> ranges) throws IOException {
        ObjectInfo info = object.info();
        HttpResponse head = exchange.head(206, requests.describe(info, false));
        if (ranges.size() == 1) {
            ByteRanges.Range range = ranges.get(0);
            head.headers().set("Content-Range", contentRange(range, info));
            head.headers().set("Content-Length", Long.toString(range.length()));
            exchange.begin(head);
            sendRange(exchange, object, range);
        } else {
            String boundary = UUID.randomUUID().toString();
            String type = head.headers().get("Content-Type");
            List<byte[]> parts = new ArrayList<>();
            byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.ISO_8859_1);
            long length = end.length;
            for (ByteRanges.Range range : ranges) {
                byte[] part = ("\r\n--" + boundary + "\r\nContent-Type: " + type + "\r\nContent-Range: "
                                + contentRange(range, info) + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
                parts.add(part);
                length += part.length + range.length();
            }
            head.headers().set("Content-Type", "multipart/byteranges; boundary=" + boundary);
            head.headers().set("Content-Length", Long.toString(length));
            exchange.begin(head);
            for (int i = 0; i < parts.size(); i++) {
                exchange.wire().sendContent(ByteBuffer.wrap(parts.get(i)), settings.idleMillis());
                sendRange(exchange, object, ranges.get(i));
            }
            exchange.wire().sendContent(ByteBuffer.wrap(end), settings.idleMillis());
        }
        exchange.end(List.of());
    }

    private void sendRange(Exchange exchange, ObjectStore.StoredObject object, ByteRanges.Range range)
            throws IOException {
        long position = range.first();
        while (position <= range.last()) {
            ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(HttpWire.CHUNK, range.last() - position + 1));
            ObjectContent.readFully(object, position, chunk);
            position += chunk.remaining();
            exchange.wire().sendContent(chunk, settings.idleMillis());
        }
    }

    private static String contentRange(ByteRanges.Range range, ObjectInfo info) {
        return "bytes " + range.first() + "-" + range.last() + "/" + info.length();
    }
}
