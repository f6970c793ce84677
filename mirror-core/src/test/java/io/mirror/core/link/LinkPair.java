package io.mirror.core.link;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import java.util.UUID;

/** A slave and a master back to back. Nothing moves by itself. */
final class LinkPair {
    static final String SLAVE_DOMAIN = "local";
    static final String MASTER_DOMAIN = "plant";

    final LinkEnd slave;
    final LinkEnd master;
    final LinkConfig config;
    /** Stands for the slave's link, whatever master it is connected to. */
    Origin slaveOrigin = Origin.of("link to master");

    long now = 1_000_000_000L;

    private LinkOptions options = LinkOptions.defaults();
    private ConnectionAccess access = ConnectionAccess.withoutUsers(Permissions.all());

    LinkPair(LinkFlag... flags) {
        this(LinkFlags.of(flags));
    }

    LinkPair(LinkFlags flags) {
        this(flags, hub(1), hub(2));
    }

    LinkPair(LinkFlags flags, PointHub slaveHub, PointHub masterHub) {
        slave = new LinkEnd(slaveHub, SLAVE_DOMAIN);
        master = new LinkEnd(masterHub, MASTER_DOMAIN);
        config = LinkConfig.to(ServerAddress.of("master", 4502))
                .localDomain(SLAVE_DOMAIN)
                .remoteDomain(MASTER_DOMAIN)
                .flags(flags)
                .build();
    }

    static PointHub hub(long id) {
        return hub(id, 1_700_000_000L);
    }

    static PointHub hub(long id, long seconds) {
        return PointHub.builder()
                .id(new UUID(0, id))
                .time(() -> seconds * 1_000_000_000L)
                .build();
    }

    LinkPair options(LinkOptions value) {
        options = value;
        return this;
    }

    LinkPair access(ConnectionAccess value) {
        access = value;
        return this;
    }

    /** Makes new sessions, as after a lost connection, without opening them. */
    LinkPair connect() {
        slave.inbox.clear();
        master.inbox.clear();
        slave.output.take();
        master.output.take();
        slave.output.closedBecause = null;
        master.output.closedBecause = null;
        slave.session = MirrorSession.slave(slave.hub, config, slaveOrigin, options, slave.output, slave.events);
        master.session = MirrorSession.master(
                master.hub, access, Origin.of("link from slave"), options, master.output, master.events);
        return this;
    }

    /** Connects, opens, and lets everything happen that the opening leads to. */
    LinkPair open() {
        beginToOpen();
        settle();
        return this;
    }

    /** Connects, and lets nothing happen yet. */
    void beginToOpen() {
        connect();
        master.session.opened(now);
        slave.session.opened(now);
    }

    /** Lets messages and flushes happen until there are none left. */
    void settle() {
        while (step()) {
            // It is not settled yet.
        }
    }

    /** Lets both ends take what is under way to them and send what comes of it; false if there was nothing. */
    boolean step() {
        slave.transmitTo(master);
        master.transmitTo(slave);
        boolean moved = false;
        for (LinkEnd end : new LinkEnd[] {slave, master}) {
            if (!end.inbox.isEmpty()) {
                end.receiveAll(now);
                moved = true;
            }
            if (end.output.flushRequested) {
                end.flush(now);
                moved = true;
            }
        }
        return moved;
    }

    /** The connection breaks: what is under way is lost, both sides notice. */
    void cut() {
        slave.session.closed("cut", now);
        master.session.closed("cut", now);
    }
}
