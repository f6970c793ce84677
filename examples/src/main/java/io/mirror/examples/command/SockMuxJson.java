package io.mirror.examples.command;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mirror.codec.sockmux.ConnectText;
import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxText;
import io.mirror.codec.sockmux.OptionType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.io.Writer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Writes frames as JSON objects, one a line. */
final class SockMuxJson implements AutoCloseable {
    private static final int SHORT = 64;
    private static final int HEAD = 16;

    private final String file;
    private final JsonGenerator json;

    SockMuxJson(String file, Writer out) throws IOException {
        this.file = file;
        json = JsonLines.to(out);
    }

    void write(FrameHeader header, ByteBuf payload) throws IOException {
        json.writeStartObject();
        json.writeStringField("file", file);
        json.writeNumberField("off", header.offset());
        json.writeStringField("ver", hex(header.version()));
        json.writeStringField("type", hex(header.type()));
        json.writeStringField("name", FrameType.name(header.type()));
        json.writeNumberField("said", header.said());
        json.writeNumberField("raid", header.raid());
        json.writeNumberField("len", header.length());
        byte[] octets = ByteBufUtil.getBytes(payload);
        switch (header.type()) {
            case FrameType.HELLO, FrameType.HELLOOK -> {
                json.writeBooleanField("idsMeaningless", true);
                json.writeStringField("text", escaped(octets));
            }
            case FrameType.CLOSE, FrameType.CLOSED, FrameType.ECHO, FrameType.ECHOOK ->
                json.writeStringField("text", escaped(octets));
            case FrameType.SENT, FrameType.SENTOOB -> {
                json.writeStringField("text", escaped(octets));
                long count = MuxText.count(payload);
                if (count != MuxText.NO_COUNT) {
                    json.writeNumberField("count", count);
                }
            }
            case FrameType.CONNECT, FrameType.CONNECTED -> connect(payload, octets);
            case FrameType.SETOPT -> option(octets, payload);
            case FrameType.NOOP -> {}
            default -> data(octets);
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void connect(ByteBuf payload, byte[] octets) throws IOException {
        ByteBuf rest = payload.duplicate();
        Optional<ConnectText> read = ConnectText.read(rest);
        if (read.isEmpty()) {
            data(octets);
            return;
        }
        ConnectText text = read.get();
        json.writeStringField("text", (text.bufferSize() + " " + text.remote() + " " + text.local()).strip());
        json.writeStringField("bufsize", text.bufferSize());
        json.writeStringField("remote", text.remote());
        json.writeStringField("local", text.local());
        byte[] data = ByteBufUtil.getBytes(rest);
        if (data.length > 0) {
            json.writeNumberField("dataLen", data.length);
            json.writeStringField("dataSha256", sha256(data));
            if (data.length <= SHORT) {
                json.writeStringField("data", escaped(data));
            }
        }
    }

    private void option(byte[] octets, ByteBuf payload) throws IOException {
        int option = octets.length == 0 ? -1 : octets[0] & 0xFF;
        json.writeStringField("option", OptionType.name(option));
        json.writeStringField("hex", HexFormat.of().formatHex(octets));
        if (option == OptionType.PACKSIZE && octets.length >= 3) {
            json.writeNumberField("value", payload.getUnsignedShort(payload.readerIndex() + 1));
        }
    }

    private void data(byte[] octets) throws IOException {
        json.writeStringField("sha256", sha256(octets));
        if (octets.length <= SHORT) {
            json.writeStringField("text", escaped(octets));
            json.writeStringField("hex", HexFormat.of().formatHex(octets));
        } else {
            json.writeStringField("head", HexFormat.of().formatHex(octets, 0, HEAD));
        }
    }

    private static String hex(int octet) {
        return String.format(Locale.ROOT, "0x%02x", octet);
    }

    private static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }

    private static String escaped(byte[] octets) {
        StringBuilder text = new StringBuilder(octets.length + 8);
        for (byte octet : octets) {
            switch (octet) {
                case 0 -> text.append("\\0");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\\' -> text.append("\\\\");
                default -> {
                    if (octet >= ' ' && octet < 0x7F) {
                        text.append((char) octet);
                    } else {
                        text.append("\\x").append(HexFormat.of().toHexDigits(octet));
                    }
                }
            }
        }
        return text.toString();
    }

    @Override
    public void close() throws IOException {
        json.close();
    }
}
