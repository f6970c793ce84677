package io.mirror.replica.zabbix.exchange;

import io.mirror.codec.zabbix.ConfigRow;
import io.mirror.codec.zabbix.MessageListener;
import io.mirror.codec.zabbix.ProxyMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passes tables on to the host while they arrive, and sees to it that every beginning has an end, and that two
 * configurations do not mix: the one that begins later wins.
 */
final class ConfigurationIntake implements MessageListener {
    private final Place place;
    private boolean superseded;

    /** Where the configurations of one proxy arrive, one at a time. */
    static final class Place {
        private final ConfigurationListener to;
        private @Nullable ConfigurationIntake holder;

        Place(ConfigurationListener to) {
            this.to = to;
        }
    }

    ConfigurationIntake(Place place) {
        this.place = place;
    }

    private void begin() {
        ConfigurationIntake holder = place.holder;
        if (holder == this || superseded) {
            return;
        }
        if (holder != null) {
            holder.abort("another configuration has begun");
            holder.superseded = true;
        }
        place.holder = this;
        place.to.begin();
    }

    @Override
    public void onTable(String name, List<String> fields) {
        begin();
        if (!superseded) {
            place.to.onTable(name, fields);
        }
    }

    @Override
    public void onTableRow(ConfigRow row) {
        if (!superseded) {
            place.to.onRow(row);
        }
    }

    void commit(ProxyMessage rest) {
        begin();
        if (superseded) {
            throw new IllegalStateException("another configuration has begun");
        }
        place.holder = null;
        place.to.commit(rest);
    }

    void abort(String reason) {
        if (place.holder == this) {
            place.holder = null;
            place.to.abort(reason);
        }
    }
}
