package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.hub.MemoryBudget;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkOptions;
import io.netty.channel.EventLoopGroup;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of links are configured with alike.
 *
 * @param <B> the builder that a setter returns
 */
abstract class LinkEndBuilder<B extends LinkEndBuilder<B>> {
    final PointHub hub;
    LinkOptions options = LinkOptions.defaults();
    DhtpLimits decoderLimits = DhtpLimits.DEFAULT;

    @Nullable
    EventLoopGroup eventLoops;

    LinkListener listener = new LinkListener() {};
    LongSupplier nanoTime = System::nanoTime;
    long outgoingMemory = MemoryBudget.DEFAULT_BYTES;

    LinkEndBuilder(PointHub hub) {
        this.hub = Objects.requireNonNull(hub, "hub");
    }

    abstract B self();

    /**
     * Sets behaviour and limits of links.
     *
     * @param value the options
     * @return this
     */
    public B options(LinkOptions value) {
        options = Objects.requireNonNull(value, "options");
        return self();
    }

    /**
     * Sets what a peer can make a decoder hold.
     *
     * @param value the limits
     * @return this
     */
    public B decoderLimits(DhtpLimits value) {
        decoderLimits = Objects.requireNonNull(value, "decoderLimits");
        return self();
    }

    /**
     * Runs on event loops of the host, which serve NIO channels, and which the host shuts down after closing what runs on
     * them. By default there are own daemon threads.
     *
     * @param value the event loops
     * @return this
     */
    public B eventLoops(EventLoopGroup value) {
        eventLoops = Objects.requireNonNull(value, "eventLoops");
        return self();
    }

    /**
     * Sets who hears what happens.
     *
     * @param value the listener
     * @return this
     */
    public B listener(LinkListener value) {
        listener = Objects.requireNonNull(value, "listener");
        return self();
    }

    /**
     * Sets the clock by which heartbeats and time-outs run; {@link System#nanoTime} by default.
     *
     * @param value nanoseconds of a clock that never goes back
     * @return this
     */
    public B nanoTime(LongSupplier value) {
        nanoTime = Objects.requireNonNull(value, "nanoTime");
        return self();
    }

    /**
     * Sets how much memory the links together (of a slave its only one) may use for changes that wait for slow peers,
     * beyond the newest of each point, which is kept in the point itself; 64 MiB by default. When it is used up older
     * changes are dropped and counted.
     *
     * @param bytes 0 or more
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public B outgoingMemory(long bytes) {
        outgoingMemory = MemoryBudget.of(bytes).limit();
        return self();
    }
}
