package io.mirror.transport.dhtp;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkState;
import io.mirror.core.link.ServerAddress;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Slaves in another network namespace, one for each port: says what becomes of them on its output, and ends with its
 * input. Arguments: the master's address, the timeout in milliseconds, then a port and {@code idle} or {@code writing} for
 * each slave.
 */
final class HalfOpenSlave {
    private HalfOpenSlave() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PointHub hub = PointHub.create();
        List<MirrorSlave> slaves = new ArrayList<>();
        List<String> writing = new ArrayList<>();
        for (int i = 2; i < args.length; i += 2) {
            String port = args[i];
            if (args[i + 1].equals("writing")) {
                writing.add(port);
            }
            slaves.add(MirrorSlave.builder(hub, config(args[0], port, Long.parseLong(args[1])))
                    .listener(new LinkListener() {
                        @Override
                        public void stateChanged(String link, LinkState state) {
                            if (state == LinkState.MIRRORING) {
                                out.println("UP " + port);
                            }
                        }

                        @Override
                        public void disconnected(String link, String cause) {
                            out.println("DOWN " + port + " " + cause);
                        }
                    })
                    .start());
        }
        for (long i = 0; System.in.available() == 0; i++) {
            for (String port : writing) {
                hub.point("d" + port + ":slave").write("x".repeat(1000) + i);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        slaves.forEach(MirrorSlave::close);
    }

    private static LinkConfig config(String address, String port, long timeoutMillis) {
        return LinkConfig.to(new ServerAddress(address, port))
                .localDomain("d" + port)
                .remoteDomain("plant")
                .flags(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME, LinkFlag.USE_BINARY)
                .heartbeatAndTimeoutMillis(timeoutMillis / 4, timeoutMillis)
                .retryDelayMillis(3_600_000)
                .build();
    }
}
