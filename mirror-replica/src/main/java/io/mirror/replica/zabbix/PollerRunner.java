package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixVersion;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.PollerExchange;
import io.mirror.replica.zabbix.exchange.ProxyDefinition;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Polls one passive proxy, each time on a connection of its own. Runs on one event loop. */
final class PollerRunner {
    private final EventLoop loop;
    private final Connector connector;
    private final TlsKinds tls;
    private final PollerExchange exchange;
    private final ZabbixVersion dialect;
    private final ZabbixTimeouts timeouts;
    private @Nullable ScheduledFuture<?> wakeUp;
    private @Nullable Talk open;
    private boolean stopped;

    PollerRunner(
            EventLoop loop,
            Connector connector,
            TlsKinds tls,
            PollerExchange exchange,
            ZabbixVersion dialect,
            ZabbixTimeouts timeouts) {
        this.loop = loop;
        this.connector = connector;
        this.tls = tls;
        this.exchange = exchange;
        this.dialect = dialect;
        this.timeouts = timeouts;
    }

    void run() {
        if (stopped) {
            return;
        }
        Optional<PollerExchange.Poll> due = exchange.next(ZabbixProxy.now());
        if (due.isPresent()) {
            ProxyDefinition to = exchange.proxy();
            PollScript script = new PollScript(due.get(), to);
            if (!tls.kinds().contains(to.connect())) {
                script.ended("the server is not set up for connections of type "
                        + to.connect().text());
                return;
            }
            Talk talk = connector.connect(tls, to.connect(), to.host(), to.port(), dialect, script);
            open = script.done ? null : talk;
            return;
        }
        if (wakeUp != null) {
            wakeUp.cancel(false);
        }
        wakeUp = loop.schedule(
                this::run, Math.max(100_000, exchange.nanosToWait(ZabbixProxy.now())), TimeUnit.NANOSECONDS);
    }

    /** Ends polling; done when its connections are closed. */
    Future<?> stop() {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                stopped = true;
                if (wakeUp != null) {
                    wakeUp.cancel(false);
                }
                if (open != null) {
                    open.close("the server no longer polls");
                }
            });
        }
        return connector.close();
    }

    /** One poll. */
    private final class PollScript implements Talk.Script {
        private final PollerExchange.Poll poll;
        private final ProxyDefinition proxy;
        private boolean done;

        PollScript(PollerExchange.Poll poll, ProxyDefinition proxy) {
            this.poll = poll;
            this.proxy = proxy;
        }

        @Override
        public void opened(Talk talk) {
            ConnectionKind kind = proxy.connect();
            String objection = tls.objection(talk.channel(), kind, proxy.issuer(), proxy.subject());
            if (objection != null) {
                talk.close("the proxy's " + objection);
                return;
            }
            boolean compress = poll.compress();
            talk.await(timeouts.request());
            talk.send(poll.request(), compress, timeouts.request(), () -> {});
        }

        @Override
        public MessageListener listener() {
            return poll.listener();
        }

        @Override
        public void message(Talk talk, ProxyMessage head, boolean compressed) {
            Optional<ProxyMessage> next = poll.onAnswer(head, compressed, ZabbixProxy.now());
            if (next.isEmpty()) {
                talk.close("done");
            } else if (next.get().response().isPresent()) {
                talk.send(next.get(), poll.compress(), timeouts.request(), () -> {
                    poll.acknowledged(ZabbixProxy.now());
                    talk.close("done");
                });
            } else {
                talk.await(timeouts.request());
                talk.send(next.get(), poll.compress(), timeouts.request(), () -> {});
            }
        }

        @Override
        public void malformed(Talk talk, ZabbixDecodeException problem) {
            talk.close("the answer is malformed: " + problem.getMessage());
        }

        @Override
        public void ended(String reason) {
            done = true;
            open = null;
            poll.failed(reason, ZabbixProxy.now());
            loop.execute(PollerRunner.this::run);
        }
    }
}
