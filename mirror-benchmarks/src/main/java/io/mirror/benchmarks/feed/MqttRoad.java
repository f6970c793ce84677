package io.mirror.benchmarks.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 with quality of service 0: the name of a point is the topic. */
final class MqttRoad implements Road {
    private static final int PUBLISH = 3;
    private static final int ANSWER = 4;

    private final int sendersPort;
    private final int receiversPort;

    MqttRoad(int sendersPort, int receiversPort) {
        this.sendersPort = sendersPort;
        this.receiversPort = receiversPort;
    }

    private static Wire connect(int port, String client) throws IOException {
        Wire wire = new Wire(port);
        // Variable header: protocol name and level, clean session, no limit between messages.
        String rest = "\0\4MQTT\4\2\0\0\0" + (char) client.length() + client;
        wire.put("\20" + (char) rest.length() + rest).flush();
        wire.skip(ANSWER - 1);
        if (wire.octet() != 0) {
            throw new IOException("the broker refuses the connection");
        }
        return wire;
    }

    @Override
    public Sender sender(String[] names) throws IOException {
        byte[][] heads = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            byte[] topic = names[i].replace(':', '/').getBytes(StandardCharsets.US_ASCII);
            // Below 128, so that one octet says it.
            int length = 2 + topic.length + Wire.PAYLOAD;
            heads[i] = new byte[4 + topic.length];
            heads[i][0] = PUBLISH << 4;
            heads[i][1] = (byte) length;
            heads[i][3] = (byte) topic.length;
            System.arraycopy(topic, 0, heads[i], 4, topic.length);
        }
        Wire wire = connect(sendersPort, "sender");
        return new WireSender(wire) {
            @Override
            public void send(int point, double value) throws IOException {
                wire.put(heads[point]).putPoint(value);
            }
        };
    }

    @Override
    public AutoCloseable receiver(Taker taker) throws IOException {
        Wire wire = connect(receiversPort, "receiver" + System.nanoTime());
        wire.put(subscription()).flush();
        wire.skip(ANSWER + 1);
        wire.repeat("mqtt receiver", () -> {
            if (wire.octet() >> 4 != PUBLISH) {
                throw new IOException("something else than a message");
            }
            wire.octet();
            int topic = wire.octet() << 8 | wire.octet();
            wire.skip(topic);
            taker.take(wire.point());
        });
        return wire;
    }

    private static byte[] subscription() {
        byte[] filter = "plant/#".getBytes(StandardCharsets.US_ASCII);
        byte[] packet = new byte[2 + 2 + 2 + filter.length + 1];
        packet[0] = (byte) 0x82;
        packet[1] = (byte) (packet.length - 2);
        packet[3] = 1;
        packet[5] = (byte) filter.length;
        System.arraycopy(filter, 0, packet, 6, filter.length);
        return packet;
    }
}
