package io.mirror.testkit;

/** The two ends of a connection and what is between them. */
final class Connection {
    final End slave;
    final End master;
    /** Which of the link's hosts the connection leads to. */
    final SimulatedHub host;

    final Pipe toMaster;
    final Pipe toSlave;

    /** True once it mirrored. */
    boolean mirrored;

    Connection(End slave, End master, SimulatedHub host, Pipe toMaster, Pipe toSlave) {
        this.slave = slave;
        this.master = master;
        this.host = host;
        this.toMaster = toMaster;
        this.toSlave = toSlave;
        toMaster.connect(slave, master);
        toSlave.connect(master, slave);
    }

    End other(End end) {
        return end == slave ? master : slave;
    }

    /** Returns when bytes were last sent in either direction. */
    long lastSentNanos() {
        return Math.max(toMaster.lastSentNanos(), toSlave.lastSentNanos());
    }

    boolean isOver() {
        return slave.isGone() && master.isGone();
    }

    void release() {
        toMaster.release();
        toSlave.release();
    }
}
