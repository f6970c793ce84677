package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.FrameEncoder;
import io.mirror.codec.zabbix.FrameHeader;
import io.mirror.codec.zabbix.MessageCollector;
import io.mirror.codec.zabbix.MessageDecoder;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixCodec;
import io.mirror.codec.zabbix.ZabbixLimits;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Takes messages through their bytes, as a connection would, and keeps the time of a test. */
final class Wire {
    static final long EPOCH = 1_700_000_000L;
    private static final ZabbixCodec CODEC = new ZabbixCodec(ZabbixLimits.DEFAULT);

    private Wire() {}

    /** So many milliseconds after the beginning of the test. */
    static Moment at(long millis) {
        long nanos = millis * 1_000_000L;
        return new Moment(Long.MAX_VALUE - 1_000_000_000_000L + nanos, EPOCH * 1_000_000_000L + nanos);
    }

    static ProxyMessage deliver(String json, MessageListener to) {
        ByteBuf body = Unpooled.copiedBuffer(json, StandardCharsets.UTF_8);
        ByteBuf frame = Unpooled.buffer();
        FrameEncoder.encode(body, FrameHeader.PROTOCOL, frame);
        return decode(frame, to);
    }

    static ProxyMessage deliver(ProxyMessage message, MessageListener to) {
        ByteBuf frame = Unpooled.buffer();
        CODEC.encode(message, new ZabbixVersion(7, 0), true, frame);
        return decode(frame, to);
    }

    private static ProxyMessage decode(ByteBuf frame, MessageListener to) {
        try (MessageDecoder decoder = CODEC.newDecoder(to)) {
            if (!decoder.decode(frame)) {
                throw new AssertionError("the message is not complete");
            }
            return decoder.head();
        } finally {
            frame.release();
        }
    }

    /** The whole message, rows included, as the other side reads it. */
    static ProxyMessage reread(ProxyMessage message) {
        MessageCollector rows = new MessageCollector(1_000_000);
        return rows.finish(deliver(message, rows));
    }

    /** How many rows of any section a message has. */
    static int rows(ProxyMessage message) {
        return message.availability().size()
                + message.history().size()
                + message.discovery().size()
                + message.registrations().size()
                + message.tasks().size();
    }

    static String json(ProxyMessage message) {
        ByteBuf frame = Unpooled.buffer();
        try {
            CODEC.encode(message, new ZabbixVersion(6, 0), false, frame);
            return frame.toString(13, frame.readableBytes() - 13, StandardCharsets.UTF_8);
        } finally {
            frame.release();
        }
    }
}
