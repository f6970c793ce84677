package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.replica.zabbix.exchange.ActiveProxyExchange;
import io.mirror.replica.zabbix.exchange.ActiveProxyExchange.Request;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.Moment;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Carries out the requests of an active proxy, each on a connection of its own. Runs on one event loop. */
final class ActiveRunner {
    private final EventLoop loop;
    private final Connector connector;
    private final TlsKinds tls;
    private final ConnectionKind kind;
    private final ActiveProxyExchange exchange;
    private final List<InetSocketAddress> servers;
    private final ZabbixVersion dialect;
    private final ZabbixTimeouts timeouts;
    private final String issuer;
    private final String subject;
    private final Set<Talk> open = new HashSet<>();
    private @Nullable ScheduledFuture<?> wakeUp;
    private int server;
    private boolean stopped;

    ActiveRunner(
            EventLoop loop,
            Connector connector,
            TlsKinds tls,
            ActiveProxyExchange exchange,
            List<InetSocketAddress> servers,
            ZabbixVersion dialect,
            ZabbixTimeouts timeouts,
            String issuer,
            String subject) {
        this.loop = loop;
        this.connector = connector;
        this.tls = tls;
        this.exchange = exchange;
        this.servers = List.copyOf(servers);
        this.dialect = dialect;
        this.timeouts = timeouts;
        this.issuer = issuer;
        this.subject = subject;
        kind = tls.kinds().iterator().next();
    }

    void run() {
        if (stopped) {
            return;
        }
        Moment now = ZabbixProxy.now();
        for (Request request : exchange.next(now)) {
            InetSocketAddress to = servers.get(server);
            RequestScript script = new RequestScript(request, server);
            Talk talk = connector.connect(tls, kind, to.getHostString(), to.getPort(), dialect, script);
            if (!script.done) {
                script.talk = talk;
                open.add(talk);
            }
        }
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
        wakeUp = loop.schedule(
                this::run, Math.max(1_000, exchange.nanosToWait(ZabbixProxy.now())), TimeUnit.NANOSECONDS);
    }

    /** Ends asking; done when its connections are closed. */
    Future<?> stop() {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                stopped = true;
                if (wakeUp != null) {
                    wakeUp.cancel(false);
                }
                for (Talk talk : List.copyOf(open)) {
                    talk.close("the proxy is being closed");
                }
            });
        }
        return connector.close();
    }

    /** One request and its answer. */
    private final class RequestScript implements Talk.Script {
        private final Request request;
        private final int via;
        private @Nullable Talk talk;
        private boolean opened;
        private boolean done;

        RequestScript(Request request, int via) {
            this.request = request;
            this.via = via;
        }

        @Override
        public void opened(Talk connection) {
            opened = true;
            String objection = tls.objection(connection.channel(), kind, issuer, subject);
            if (objection != null) {
                connection.close("the server's " + objection);
                return;
            }
            connection.await(timeouts.answer());
            connection.send(request.message(), true, timeouts.answer(), () -> {});
        }

        @Override
        public MessageListener listener() {
            return request.listener();
        }

        @Override
        public void message(Talk connection, ProxyMessage head, boolean compressed) {
            done = true;
            try {
                request.answered(head, ZabbixProxy.now());
            } catch (RuntimeException e) {
                // A listener of the host must not stop what the proxy does.
                request.failed("the answer cannot be dealt with: " + e, ZabbixProxy.now());
            }
            connection.close("done");
        }

        @Override
        public void malformed(Talk connection, ZabbixDecodeException problem) {
            connection.close("the answer is malformed: " + problem.getMessage());
        }

        @Override
        public void ended(String reason) {
            if (talk != null) {
                open.remove(talk);
            }
            if (!done) {
                done = true;
                if (!opened && !stopped && server == via) {
                    // Stay with the server that works, leave the one that cannot be reached.
                    server = (via + 1) % servers.size();
                }
                InetSocketAddress to = servers.get(via);
                request.failed(to.getHostString() + ":" + to.getPort() + ": " + reason, ZabbixProxy.now());
            }
            if (!stopped) {
                loop.execute(ActiveRunner.this::run);
            }
        }
    }
}
