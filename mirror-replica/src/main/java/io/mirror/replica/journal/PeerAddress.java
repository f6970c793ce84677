package io.mirror.replica.journal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where a host is now (journal specification section 3).
 *
 * @param name the host name or address that the certificate is checked against
 * @param all its addresses, to be tried in this order
 */
record PeerAddress(String name, List<InetAddress> all) {
    private static final int MAX_BYTES = 40;

    /** Looks a host up; one with a slash that names a readable file stands for the first line of the file. */
    static PeerAddress of(String host) throws IOException {
        String name = host;
        if (host.indexOf('/') >= 0 && Files.isReadable(Path.of(host))) {
            name = firstLine(host);
        }
        try {
            return new PeerAddress(name, List.of(InetAddress.getAllByName(name)));
        } catch (UnknownHostException e) {
            throw new ConnectFailedException("the host " + name + " is not known", e);
        }
    }

    private static String firstLine(String file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String line = text.lines().findFirst().orElse("").strip();
        if (line.isEmpty() || line.length() > MAX_BYTES) {
            throw new ConnectFailedException(
                    "the first line of " + file + " is no address of 1 to " + MAX_BYTES + " bytes");
        }
        return line;
    }
}
