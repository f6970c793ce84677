package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.MessageBuilder;
import io.mirror.codec.zabbix.ProxyMessage;
import java.util.Optional;

/** Makes messages that carry configuration (section 6). */
final class ConfigurationMessages {
    private ConfigurationMessages() {}

    /** All tables, at the top or in {@code data}. */
    static MessageBuilder full(ServerConfiguration configuration, boolean inData) {
        MessageBuilder message = ProxyMessage.builder().dataPresent(inData).secretsInData(inData);
        configuration.tables().forEach(message::table);
        return message.macroSecrets(configuration.macroSecrets());
    }

    /** From 6.4 on: what the proxy lacks. */
    static ProxyMessage changed(ProxyState state, ServerConfiguration configuration, ProxyMessage request) {
        long revision = configuration.revision();
        Optional<ServerConfiguration> known = state.handOut(
                request.session().orElse(""), request.configRevision().orElse(0), configuration);
        if (known.isPresent() && known.get().revision() == revision) {
            return ProxyMessage.builder().build();
        }
        return known.flatMap(last -> ConfigurationDifference.between(last, configuration))
                .orElseGet(() -> full(configuration, true).secretsInData(false).fullSync(true))
                .configRevision(revision)
                .build();
    }
}
