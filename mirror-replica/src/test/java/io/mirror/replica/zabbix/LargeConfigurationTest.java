package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixLimits;
import io.mirror.replica.zabbix.exchange.ConfigurationListener;
import io.mirror.replica.zabbix.exchange.MemoryHistoryBuffer;
import io.mirror.replica.zabbix.exchange.ProxyOptions;
import io.mirror.replica.zabbix.exchange.ProxyOutbox;
import io.mirror.replica.zabbix.exchange.SessionTokens;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A configuration that is far bigger than the heap of the proxy that takes it. */
class LargeConfigurationTest {
    private static final long BYTES = Long.getLong("mirror.zabbix.bytes", 72L << 20);
    private static final int ROWS_AT_ONCE = 1_000;

    /** The proxy, in a JVM of its own: says its port, and at the end how many rows came. */
    static final class Child implements ConfigurationListener {
        private long rows;

        public static void main(String[] arguments) throws IOException {
            Child child = new Child();
            ProxyOutbox outbox = new ProxyOutbox(new MemoryHistoryBuffer(SessionTokens.random(), 10), 10);
            try (ZabbixProxy proxy = ZabbixProxy.builder(ProxyOptions.of("P"), outbox, child)
                    .passive("127.0.0.1", 0)
                    .limits(ZabbixLimits.DEFAULT.withLargePackets(2L << 30))
                    .start()) {
                System.out.println(proxy.address().orElseThrow().getPort());
                // Until the parent has seen enough.
                assertThat(System.in.read()).isEqualTo(-1);
                System.out.println(child.rows);
            }
        }

        @Override
        public void begin() {
            rows = 0;
        }

        @Override
        public void onTable(String name, List<String> fields) {}

        @Override
        public void onRow(ConfigRow row) {
            rows++;
        }

        @Override
        public void commit(ProxyMessage rest) {}

        @Override
        public void abort(String reason) {
            System.out.println("abort " + reason);
        }
    }

    private static Process start() throws IOException {
        String classPath = String.join(
                File.pathSeparator,
                Path.of("target", "classes").toString(),
                Path.of("target", "test-classes").toString(),
                System.getProperty("jdk.module.path", ""),
                System.getProperty("java.class.path", ""));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=16m",
                        "-cp",
                        classPath,
                        Child.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    @Tag("S-LEN-4")
    void passesThroughAHeapOf64MiB() throws Exception {
        byte[] begin = "{\"request\":\"proxy config\",\"data\":{\"items\":{\"fields\":[\"itemid\",\"key_\"],\"data\":["
                .getBytes(StandardCharsets.UTF_8);
        byte[] end = "[1,\"last\"]]}}}".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < ROWS_AT_ONCE; i++) {
            block.writeBytes(String.format(Locale.ROOT, "[%d,\"key[%0100d]\"],", 1_000_000 + i, i)
                    .getBytes(StandardCharsets.UTF_8));
        }
        long blocks = BYTES / block.size() + 1;
        long length = begin.length + blocks * block.size() + end.length;
        ByteBuffer header = ByteBuffer.allocate(21).order(ByteOrder.LITTLE_ENDIAN);
        header.put("ZBXD".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 5)
                .putLong(length)
                .putLong(0);

        Process child = start();
        try (BufferedReader says =
                        new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
                Socket socket = new Socket("127.0.0.1", Integer.parseInt(says.readLine()))) {
            socket.setSoTimeout(60_000);
            OutputStream out = socket.getOutputStream();
            out.write(header.array());
            out.write(begin);
            for (long i = 0; i < blocks; i++) {
                block.writeTo(out);
            }
            out.write(end);
            out.flush();
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer).as("the proxy answers").hasSizeGreaterThan(13);
            child.getOutputStream().close();
            assertThat(says.readLine()).isEqualTo("" + (blocks * ROWS_AT_ONCE + 1));
            assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isZero();
        } finally {
            child.destroyForcibly();
        }
    }
}
