package io.mirror.codec.dhtp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes for tests. */
final class Wire {
    private Wire() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One byte per character, for bytes that are no UTF-8. */
    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s+", ""));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] bytes(ByteBuf buffer) {
        byte[] copy = new byte[buffer.readableBytes()];
        buffer.readBytes(copy);
        buffer.release();
        return copy;
    }

    static String text(ByteBuf buffer) {
        return new String(bytes(buffer), StandardCharsets.UTF_8);
    }

    static ByteBuf heap(byte[] bytes) {
        return Unpooled.wrappedBuffer(bytes);
    }

    static ByteBuf direct(byte[] bytes) {
        return Unpooled.directBuffer(Math.max(bytes.length, 1)).writeBytes(bytes);
    }
}
