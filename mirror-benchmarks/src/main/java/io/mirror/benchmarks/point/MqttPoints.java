package io.mirror.benchmarks.point;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** Netty's MQTT codec: the name as topic, 22 bytes of value, time and quality as payload. */
public class MqttPoints extends PointSuite {
    private static final int PAYLOAD = 22;
    private static final MqttFixedHeader HEADER =
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_MOST_ONCE, false, 0);

    private final EmbeddedChannel encoder = new EmbeddedChannel(MqttEncoder.INSTANCE);
    private final EmbeddedChannel decoder = new EmbeddedChannel(new MqttDecoder());
    private ByteBuf in = Unpooled.EMPTY_BUFFER;

    @Override
    protected void prepare() {
        ByteBuf all = Unpooled.directBuffer(ROOM);
        for (int i = 0; i < POINTS; i++) {
            encoder.writeOutbound(publish(i));
            ByteBuf one = encoder.readOutbound();
            all.writeBytes(one);
            one.release();
        }
        in = all;
    }

    private MqttPublishMessage publish(int i) {
        ByteBuf payload = encoder.alloc()
                .directBuffer(PAYLOAD)
                .writeDouble(numbers[i])
                .writeLong(SECONDS)
                .writeInt(nanoseconds(i))
                .writeShort(QUALITY);
        return new MqttPublishMessage(HEADER, new MqttPublishVariableHeader(names[i], 0), payload);
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public int encode() {
        int bytes = 0;
        for (int i = 0; i < POINTS; i++) {
            encoder.writeOutbound(publish(i));
            ByteBuf one = encoder.readOutbound();
            bytes += one.readableBytes();
            one.release();
        }
        return bytes;
    }

    @Benchmark
    @OperationsPerInvocation(POINTS)
    public double decodeToRecord() {
        decoder.writeInbound(in.retainedDuplicate());
        double total = 0;
        for (int i = 0; i < POINTS; i++) {
            MqttPublishMessage message = decoder.readInbound();
            total += message.payload().readDouble()
                    + message.variableHeader().topicName().length();
            message.release();
        }
        return total;
    }
}
