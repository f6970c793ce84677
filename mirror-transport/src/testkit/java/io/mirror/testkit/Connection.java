package io.mirror.testkit;

/** The two ends of a connection and what is between them. */
final class Connection {
    final End slave;
    final End master;
    final Pipe toMaster;
    final Pipe toSlave;

    Connection(End slave, End master, Pipe toMaster, Pipe toSlave) {
        this.slave = slave;
        this.master = master;
        this.toMaster = toMaster;
        this.toSlave = toSlave;
        toMaster.connect(slave, master);
        toSlave.connect(master, slave);
    }

    End other(End end) {
        return end == slave ? master : slave;
    }

    boolean isOver() {
        return slave.isGone() && master.isGone();
    }

    void release() {
        toMaster.release();
        toSlave.release();
    }
}
