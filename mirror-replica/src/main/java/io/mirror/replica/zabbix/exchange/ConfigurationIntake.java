package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import java.util.List;

/** Passes tables on to the host while they arrive, and sees to it that every beginning has an end. */
final class ConfigurationIntake implements MessageListener {
    private final ConfigurationListener to;
    private boolean begun;

    ConfigurationIntake(ConfigurationListener to) {
        this.to = to;
    }

    private void begin() {
        if (!begun) {
            begun = true;
            to.begin();
        }
    }

    @Override
    public void onTable(String name, List<String> fields) {
        begin();
        to.onTable(name, fields);
    }

    @Override
    public void onTableRow(ConfigRow row) {
        to.onRow(row);
    }

    void commit(ProxyMessage rest) {
        begin();
        begun = false;
        to.commit(rest);
    }

    void abort(String reason) {
        if (begun) {
            begun = false;
            to.abort(reason);
        }
    }
}
