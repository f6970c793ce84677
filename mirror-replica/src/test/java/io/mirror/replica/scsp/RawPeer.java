package io.mirror.replica.scsp;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A plain socket that speaks just enough HTTP to see what a node really sends. */
final class RawPeer implements AutoCloseable {
    /** An answer as it came. */
    static final class Answer {
        final List<Integer> interim = new ArrayList<>();
        int status;
        List<String[]> headers = new ArrayList<>();
        List<String[]> trailers = new ArrayList<>();
        String body = "";
        boolean complete;
        int newlineChunks;

        String header(String name) {
            return find(headers, name);
        }

        List<String> all(String name) {
            return headers.stream()
                    .filter(header -> header[0].equalsIgnoreCase(name))
                    .map(header -> header[1])
                    .toList();
        }

        static String find(List<String[]> lines, String name) {
            for (String[] line : lines) {
                if (line[0].equalsIgnoreCase(name)) {
                    return line[1];
                }
            }
            return null;
        }
    }

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    RawPeer(String host, int port) throws IOException {
        this(host, port, "127.0.0.1");
    }

    RawPeer(String host, int port, String source) throws IOException {
        socket = new Socket(host, port, InetAddress.getByName(source), 0);
        socket.setSoTimeout(30_000);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    void send(String octets) throws IOException {
        out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
    }

    /** Reads one answer; a 100 is followed by the given body. */
    Answer answer(boolean head, String bodyAfterContinue) throws IOException {
        Answer answer = new Answer();
        while (true) {
            String line = line();
            if (line == null) {
                throw new IOException("no answer");
            }
            answer.status = Integer.parseInt(line.substring(9, 12));
            answer.headers = lines();
            if (answer.status >= 200) {
                break;
            }
            answer.interim.add(answer.status);
            if (!bodyAfterContinue.isEmpty()) {
                send(bodyAfterContinue);
            }
        }
        if (head || answer.status == 304) {
            answer.complete = true;
            return answer;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        answer.complete = "chunked".equalsIgnoreCase(answer.header("transfer-encoding"))
                ? chunks(answer, body)
                : plain(answer, body);
        answer.body = body.toString(StandardCharsets.ISO_8859_1);
        return answer;
    }

    private boolean plain(Answer answer, ByteArrayOutputStream body) throws IOException {
        String length = answer.header("content-length");
        long left = length == null ? Long.MAX_VALUE : Long.parseLong(length);
        while (left > 0) {
            int octet = in.read();
            if (octet < 0) {
                return false;
            }
            body.write(octet);
            left--;
        }
        return true;
    }

    private boolean chunks(Answer answer, ByteArrayOutputStream body) throws IOException {
        while (true) {
            String line = line();
            if (line == null) {
                return false;
            }
            int size = Integer.parseInt(line, 16);
            if (size == 0) {
                answer.trailers = lines();
                return true;
            }
            byte[] chunk = in.readNBytes(size);
            body.writeBytes(chunk);
            if (chunk.length < size || line() == null) {
                return false;
            }
            if (size == 1 && chunk[0] == '\n') {
                answer.newlineChunks++;
            }
        }
    }

    boolean hasAnswer() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    boolean endsNow() throws IOException {
        try {
            return in.read() < 0;
        } catch (java.net.SocketException e) {
            return true;
        }
    }

    private List<String[]> lines() throws IOException {
        List<String[]> lines = new ArrayList<>();
        for (String line = line(); line != null && !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            lines.add(new String[] {
                line.substring(0, colon), line.substring(colon + 1).trim()
            });
        }
        return lines;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int octet;
            try {
                octet = in.read();
            } catch (java.net.SocketException e) {
                return null;
            }
            if (octet < 0) {
                return null;
            }
            if (octet == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(octet);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
