package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ProxyMessage;

/** Makes messages that carry configuration (section 6). */
final class ConfigurationMessages {
    private ConfigurationMessages() {}

    /** All tables, at the top or in {@code data}. */
    static ProxyMessage.Builder full(ServerConfiguration configuration, boolean inData) {
        ProxyMessage.Builder message =
                ProxyMessage.builder().dataPresent(inData).secretsInData(inData);
        configuration.tables().forEach(message::table);
        return message.macroSecrets(configuration.macroSecrets());
    }

    /**
     * From 6.4 on: what the proxy lacks. Tables are not compared here, so a proxy gets all or nothing; that is what
     * {@code full_sync} is for.
     */
    static ProxyMessage changed(ProxyState state, ServerConfiguration configuration, ProxyMessage request) {
        long known = request.configRevision().orElse(0);
        boolean full = state.needsFullSync(request.session().orElse(""), known);
        state.configured(configuration.revision());
        if (!full && known == configuration.revision()) {
            return ProxyMessage.builder().build();
        }
        ProxyMessage.Builder message = full(configuration, true).secretsInData(false);
        return message.fullSync(true).configRevision(configuration.revision()).build();
    }
}
