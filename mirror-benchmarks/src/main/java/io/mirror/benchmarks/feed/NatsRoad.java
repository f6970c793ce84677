package io.mirror.benchmarks.feed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** NATS: the name of a point is the subject. */
final class NatsRoad implements Road {
    private static final String CONNECT = "CONNECT {\"verbose\":false,\"pedantic\":false,\"echo\":false}\r\n";
    private static final byte[] END = {'\r', '\n'};

    private final int port;

    NatsRoad(int port) {
        this.port = port;
    }

    @Override
    public Sender sender(String[] names) throws IOException {
        byte[][] heads = new byte[names.length][];
        for (int i = 0; i < names.length; i++) {
            heads[i] = ("PUB " + names[i].replace(':', '.') + " " + Wire.PAYLOAD + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        }
        Wire wire = connect();
        // Every two minutes the server asks whether its client lives; no measurement takes long enough for an answer.
        wire.repeat("nats sender", wire::skipLine);
        return new WireSender(wire) {
            @Override
            public void send(int point, double value) throws IOException {
                wire.put(heads[point]).putPoint(value).put(END);
            }
        };
    }

    private Wire connect() throws IOException {
        Wire wire = new Wire(port);
        wire.skipLine();
        wire.put(CONNECT).flush();
        return wire;
    }

    @Override
    public AutoCloseable receiver(Taker taker) throws IOException {
        Wire wire = connect();
        wire.put("SUB plant.> 1\r\nPING\r\n").flush();
        // The answer to the question says that the subscription stands.
        wire.skipLine();
        wire.repeat("nats receiver", () -> {
            if (wire.ahead() != 'M') {
                wire.skipLine();
                return;
            }
            if (wire.lastNumberOfLine() != Wire.PAYLOAD) {
                throw new IOException("a message of another length");
            }
            taker.take(wire.point());
            wire.skip(END.length);
        });
        return wire;
    }
}
