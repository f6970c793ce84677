import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes values of some items: for the trapper of a proxy of Zabbix, or as lines for {@code mirror zabbix proxy}. */
final class Values {
    private static final int IN_A_MESSAGE = 1_000;
    private static final int HEADER = 13;

    private Values() {}

    public static void main(String[] args) throws IOException {
        String host = args[1];
        int items = Integer.parseInt(args[2]);
        int count = Integer.parseInt(args[3]);
        // Half an hour ago, so that no value is from the future; every value has a time of its own.
        long first = System.currentTimeMillis() / 1_000 - 1_800;
        switch (args[0]) {
            case "lines" -> lines(host, items, count, first);
            case "trapper" -> trapper(Integer.parseInt(args[4]), host, items, count, first);
            default -> throw new IllegalArgumentException("lines or trapper, not " + args[0]);
        }
    }

    private static void lines(String host, int items, int count, long first) {
        try (PrintStream out = new PrintStream(new BufferedOutputStream(System.out, 1 << 16), false)) {
            for (int i = 0; i < count; i++) {
                out.println(host + " " + key(i, items) + " " + (first + i / 1_000) + " " + i % 1_000 + " " + value(i));
            }
        }
    }

    private static String key(int i, int items) {
        return "load[" + (1 + i % items) + "]";
    }

    private static String value(int i) {
        return i / 100 + "." + i % 100;
    }

    private static void trapper(int port, String host, int items, int count, long first) throws IOException {
        for (int sent = 0; sent < count; sent += IN_A_MESSAGE) {
            StringBuilder body = new StringBuilder("{\"request\":\"sender data\",\"data\":[");
            for (int i = sent; i < Math.min(count, sent + IN_A_MESSAGE); i++) {
                body.append(i == sent ? "" : ",")
                        .append("{\"host\":\"" + host + "\",\"key\":\"" + key(i, items) + "\",\"value\":\"" + value(i))
                        .append("\",\"clock\":" + (first + i / 1_000) + ",\"ns\":" + i % 1_000 + "}");
            }
            String answer = request(port, body.append("]}").toString());
            if (!answer.contains("failed: 0")) {
                throw new IOException("the proxy answered " + answer);
            }
        }
    }

    private static String request(int port, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(HEADER + body.length).order(ByteOrder.LITTLE_ENDIAN);
        frame.put("ZBXD".getBytes(StandardCharsets.US_ASCII)).put((byte) 1).putLong(body.length).put(body);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream out = socket.getOutputStream();
            out.write(frame.array());
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] header = in.readNBytes(HEADER);
            if (header.length < HEADER) {
                throw new IOException("the proxy closed the connection");
            }
            long length = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).getLong(5);
            return new String(in.readNBytes(Math.toIntExact(length)), StandardCharsets.UTF_8);
        }
    }
}
