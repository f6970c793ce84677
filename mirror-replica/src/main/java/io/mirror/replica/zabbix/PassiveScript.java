package io.mirror.replica.zabbix;

import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import io.mirror.codec.zabbix.ZabbixDecodeException;
import io.mirror.codec.zabbix.ZabbixDecodeException.Reason;
import io.mirror.replica.zabbix.exchange.ConnectionKind;
import io.mirror.replica.zabbix.exchange.PassiveProxyExchange.Conversation;
import io.mirror.replica.zabbix.exchange.ProxyEvents;
import java.util.Optional;

/** One poll of a passive proxy. */
final class PassiveScript implements Talk.Script {
    /** What failed, when it is no request. */
    static final String CONNECTION = "connection";

    private final Conversation conversation;
    private final TlsKinds tls;
    private final ConnectionKind kind;
    private final String address;
    private final ZabbixTimeouts timeouts;
    private final String issuer;
    private final String subject;
    private final ProxyEvents events;
    private boolean told;

    PassiveScript(
            Conversation conversation,
            TlsKinds tls,
            ConnectionKind kind,
            String address,
            ZabbixTimeouts timeouts,
            String issuer,
            String subject,
            ProxyEvents events) {
        this.conversation = conversation;
        this.tls = tls;
        this.kind = kind;
        this.address = address;
        this.timeouts = timeouts;
        this.issuer = issuer;
        this.subject = subject;
        this.events = events;
    }

    @Override
    public void opened(Talk talk) {
        String objection = tls.objection(talk.channel(), kind, issuer, subject);
        if (objection != null) {
            talk.close("the server's " + objection);
            return;
        }
        talk.await(timeouts.request());
    }

    @Override
    public MessageListener listener() {
        return conversation.listener();
    }

    @Override
    public void message(Talk talk, ProxyMessage head, boolean compressed) {
        Optional<ProxyMessage> answer = conversation.onMessage(head, ZabbixProxy.now());
        boolean more = conversation.awaitsMore();
        if (answer.isEmpty()) {
            talk.close("done");
        } else if (more) {
            // Ready before it is asked for: the acknowledgement may be quicker than the notice that the answer has
            // left.
            talk.await(timeouts.acknowledgement());
            talk.send(answer.get(), true, timeouts.acknowledgement(), () -> {});
        } else {
            talk.send(answer.get(), true, timeouts.acknowledgement(), () -> talk.close("done"));
        }
    }

    @Override
    public void malformed(Talk talk, ZabbixDecodeException problem) {
        boolean json = problem.reason() == Reason.BAD_JSON
                || problem.reason() == Reason.JSON_LIMIT
                || problem.reason() == Reason.BAD_MEMBER;
        if (!json || !conversation.awaitsRequest()) {
            talk.close(String.valueOf(problem.getMessage()));
            return;
        }
        tell(String.valueOf(problem.getMessage()));
        ProxyMessage failed = ProxyMessage.failed(String.valueOf(problem.getMessage()));
        talk.send(failed, false, timeouts.acknowledgement(), () -> talk.close("malformed request"));
    }

    @Override
    public void ended(String reason) {
        if (conversation.awaitsRequest() && !reason.equals(Talk.NOTHING_RECEIVED)) {
            tell(reason);
        }
        conversation.closed(reason);
    }

    private void tell(String reason) {
        if (!told) {
            told = true;
            events.onFailure(CONNECTION, "from \"" + address + "\": " + reason);
        }
    }
}
