package io.mirror.replica.zabbix;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.replica.zabbix.Loopback.Host;
import io.mirror.replica.zabbix.Loopback.Site;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.mirror.replica.zabbix.exchange.ProxyRegistry;
import io.mirror.testkit.Direction;
import io.mirror.testkit.FaultProxy;
import io.mirror.testkit.StreamFaults;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ends proxies and servers at every stage of a TLS handshake. What they leave behind is judged here by the channels of
 * their event loops, and at the end of the module by its lost buffers.
 */
@Tag("S-MEM-3")
class CloseDuringHandshakeTest {
    private static final int ROUNDS = Integer.getInteger("mirror.zabbix.closes", 12);
    private static final int HANDSHAKE_BYTES = 3_000;

    private final Random random = new Random(Long.getLong("mirror.seed", 1));
    private final Lent loops = new Lent();

    /** Event loops of a host, which know what is open on them. */
    private static final class Lent extends MultiThreadIoEventLoopGroup {
        private static final Set<Channel> OPEN = ConcurrentHashMap.newKeySet();

        Lent() {
            super(2, NioIoHandler.newFactory());
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory factory, Object... args) {
            return new SingleThreadIoEventLoop(this, executor, factory) {
                @Override
                public ChannelFuture register(ChannelPromise promise) {
                    Channel channel = promise.channel();
                    OPEN.add(channel);
                    channel.closeFuture().addListener(closed -> OPEN.remove(channel));
                    return super.register(promise);
                }
            };
        }
    }

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A line that holds one direction somewhere in the handshake. */
    private FaultProxy line(int target, int port) {
        Direction held = random.nextBoolean() ? Direction.TO_MASTER : Direction.TO_SLAVE;
        return FaultProxy.to(target)
                .port(port)
                .faults(
                        held,
                        StreamFaults.builder()
                                .stallAfter(random.nextInt(HANDSHAKE_BYTES))
                                .build())
                .start();
    }

    @ParameterizedTest
    @CsvSource({"PSK,true", "CERTIFICATE,true", "PSK,false", "CERTIFICATE,false"})
    void nothingIsLeftOpen(ConnectionKind kind, boolean active) {
        ZabbixTls ofProxy = Loopback.tls(kind, "CN=proxy");
        ZabbixTls ofServer = Loopback.tls(kind, "CN=server");
        for (int round = 0; round < ROUNDS; round++) {
            ends(kind, active, ofProxy, ofServer, round % 2 == 0);
        }
    }

    private void ends(ConnectionKind kind, boolean active, ZabbixTls ofProxy, ZabbixTls ofServer, boolean lent) {
        ProxyRegistry registry = new ProxyRegistry("6.0.14");
        Site site = new Site();
        ZabbixServer.Builder server = ZabbixServer.builder(registry, new Host()).bind("127.0.0.1", 0);
        ZabbixProxy.Builder proxy = site.builder(Loopback.QUICK).tls(ofProxy);
        if (lent) {
            server.eventLoops(loops);
            proxy.eventLoops(loops);
        }
        ZabbixServer atServer;
        ZabbixProxy atProxy;
        FaultProxy line;
        if (active) {
            registry.put(ProxyDefinition.active("P", kind));
            atServer = server.accept(ofServer).start();
            line = line(atServer.address().getPort(), 0);
            atProxy = proxy.active("127.0.0.1", line.port()).start();
        } else {
            atProxy = proxy.passive("127.0.0.1", 0).start();
            line = line(atProxy.address().orElseThrow().getPort(), 0);
            registry.put(ProxyDefinition.passive("P", "127.0.0.1", line.port(), kind)
                    .withPeriods(Duration.ofMillis(200), Duration.ofMillis(20)));
            atServer = server.connect(ofServer).start();
        }
        int awaited = random.nextInt(4);
        Loopback.await()
                .until(() -> line.accepted() >= awaited || !line.report().isEmpty());
        if (random.nextBoolean()) {
            Loopback.await().until(() -> line.accepted() > 3 || !line.report().isEmpty());
        }
        if (random.nextBoolean()) {
            atProxy.close();
            atServer.close();
        } else {
            atServer.close();
            atProxy.close();
        }
        // What was accepted at the last moment is closed as soon as it is registered.
        loops.forEach(loop -> loop.submit(() -> {}).syncUninterruptibly());
        Set<Channel> left = Set.copyOf(Lent.OPEN);
        line.close();
        assertThat(left).isEmpty();
    }
}
