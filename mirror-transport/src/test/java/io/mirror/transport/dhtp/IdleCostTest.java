package io.mirror.transport.dhtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.testing.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a connection costs the master that does nothing. {@code -Dmirror.idle.connections=5000} is the number of the
 * requirement; by default 400.
 */
@Tag("S-CON-3")
class IdleCostTest {
    private static final int CONNECTIONS = Integer.getInteger("mirror.idle.connections", 400);

    private record Use(int connections, int loggedIn, long bytes) {}

    @ParameterizedTest
    @CsvSource({"plain, false, 32", "plain, true, 64", "JDK, true, 128", "CONSCRYPT, true, 128"})
    void anIdleConnectionCostsNoMoreThanItMay(String transport, boolean login, int kibibytes) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try (ChildJvm master = ChildJvm.start(List.of(), List.of("-Xmx1g"), IdleMaster.class, transport)) {
            int port = Integer.parseInt(master.readLine());
            // What the first ones cost is there only once.
            open(sockets, 50, port, !transport.equals("plain"), login);
            Use before = awaitUse(master, 50, login ? 50 : 0);
            open(sockets, CONNECTIONS, port, !transport.equals("plain"), login);
            Use after = awaitUse(master, 50 + CONNECTIONS, login ? 50 + CONNECTIONS : 0);
            long each = (after.bytes() - before.bytes()) / CONNECTIONS;
            System.out.println(
                    "an idle connection, " + transport + (login ? ", logged in" : "") + ": " + each + " bytes");
            assertThat(each).isLessThanOrEqualTo(kibibytes * 1024L);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Use awaitUse(ChildJvm master, int connections, int loggedIn) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            master.sendLine("how much");
            String[] words = master.readLine().split(" ");
            Use use = new Use(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]));
            if (use.connections() == connections && use.loggedIn() == loggedIn) {
                return use;
            }
            assertThat(System.nanoTime()).as("%s", use).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static void open(List<Socket> sockets, int count, int port, boolean tls, boolean login) throws Exception {
        SSLContext context = trusting();
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
            sockets.add(socket);
            if (tls) {
                SSLSocket secure = (SSLSocket) context.getSocketFactory().createSocket(socket, "127.0.0.1", port, true);
                secure.startHandshake();
                sockets.set(sockets.size() - 1, secure);
                socket = secure;
            }
            if (login) {
                socket.getOutputStream().write("(auth \"ops\" \"right\")\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }

    private static SSLContext trusting() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {
                            // Nobody asks.
                        }

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {
                            // Whom this is about is known.
                        }

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        return context;
    }
}
