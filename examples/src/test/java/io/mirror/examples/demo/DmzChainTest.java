package io.mirror.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.examples.command.MirrorCommand;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class DmzChainTest {

    @Test
    void officeSeesThePlantThroughTheProxyAndItsLossTwoHopsAway() {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();

        int code = MirrorCommand.run(new PrintWriter(out), new PrintWriter(err), "dmz");

        assertThat(err.toString()).isEmpty();
        assertThat(out.toString())
                .containsPattern("office: plant:tank.level = 20.0 Good, two hops away, through the proxy"
                        + " \\(CONNECT localhost:\\d+ HTTP/1.1\\)")
                .contains("a write is refused by the DMZ")
                .containsPattern("office: Not Connected after \\d+\\.\\d s, two hops away; its own link is up")
                .contains("31.5 Good at the office")
                .contains("equal   yes, office link kept yes, office read-only yes");
        assertThat(code).isZero();
    }

    @Test
    void proxyOpensTunnelsToItsTargetOnly() throws IOException {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                ConnectProxy proxy = new ConnectProxy(target.getLocalPort())) {
            assertThat(answer(proxy, "CONNECT localhost:1 HTTP/1.1")).startsWith("HTTP/1.1 403 ");
            assertThat(answer(proxy, "GET / HTTP/1.1")).startsWith("HTTP/1.1 403 ");
            assertThat(answer(proxy, "CONNECT localhost:" + target.getLocalPort() + " HTTP/1.1"))
                    .startsWith("HTTP/1.1 200 ");
        }
    }

    private static String answer(ConnectProxy proxy, String request) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            client.setSoTimeout(30_000);
            client.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = client.getInputStream();
            return new String(in.readNBytes(13), StandardCharsets.ISO_8859_1);
        }
    }
}
