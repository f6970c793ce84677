package io.mirror.benchmarks.feed;

import java.io.IOException;

/** What all senders over a plain connection share. */
abstract class WireSender implements Road.Sender {
    private final Wire wire;

    WireSender(Wire wire) {
        this.wire = wire;
    }

    @Override
    public void flush() throws IOException {
        wire.flush();
    }

    @Override
    public long bytes() {
        return wire.bytesWritten();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }
}
