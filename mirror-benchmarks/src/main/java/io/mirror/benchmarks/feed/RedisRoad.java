package io.mirror.benchmarks.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Redis: the name of a point is the channel; commands are pipelined, their answers read by another thread. */
final class RedisRoad implements Road {
    private static final byte[] END = {'\r', '\n'};
    private static final String SUBSCRIBE = "*2\r\n$10\r\nPSUBSCRIBE\r\n$6\r\nplant*\r\n";
    private static final int LINES_OF_SUBSCRIBED = 6;

    private final int port;

    RedisRoad(int port) {
        this.port = port;
    }

    @Override
    public Sender sender(String[] names) throws IOException {
        byte[][] heads = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            heads[i] = ("*3\r\n$7\r\nPUBLISH\r\n$" + names[i].length() + "\r\n" + names[i] + "\r\n$" + Wire.PAYLOAD
                            + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        Wire wire = new Wire(port);
        wire.repeat("redis sender", wire::skipLine);
        return new WireSender(wire) {
            @Override
            public void send(int point, double value) throws IOException {
                wire.put(heads[point]).putPoint(value).put(END);
            }
        };
    }

    @Override
    public AutoCloseable receiver(Taker taker) throws IOException {
        Wire wire = new Wire(port);
        wire.put(SUBSCRIBE).flush();
        for (int i = 0; i < LINES_OF_SUBSCRIBED; i++) {
            wire.skipLine();
        }
        wire.repeat("redis receiver", () -> {
            // An array of four: pmessage, the pattern, the channel, the payload.
            wire.skipLine();
            for (int i = 0; i < 3; i++) {
                wire.skip(wire.lastNumberOfLine() + END.length);
            }
            wire.skipLine();
            taker.take(wire.point());
            wire.skip(END.length);
        });
        return wire;
    }
}
