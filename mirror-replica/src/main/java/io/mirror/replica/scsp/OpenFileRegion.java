package io.mirror.replica.scsp;

import io.netty.channel.DefaultFileRegion;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/** A part of a file that stays open after it was sent. */
final class OpenFileRegion extends DefaultFileRegion {
    private volatile long moved;

    OpenFileRegion(FileChannel file, long position, long count) {
        super(file, position, count);
    }

    /** How much the socket has taken, for any thread. */
    long moved() {
        return moved;
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) throws IOException {
        long count = super.transferTo(target, position);
        moved = transferred();
        return count;
    }

    @Override
    protected void deallocate() {
        // The object that was opened closes the file.
    }
}
