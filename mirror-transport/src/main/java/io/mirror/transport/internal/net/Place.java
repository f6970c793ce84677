package io.mirror.transport.internal.net;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import org.jspecify.annotations.Nullable;

/** A place in a pipeline where handlers are added, one behind the other. */
public final class Place {
    private final ChannelPipeline pipeline;
    private final @Nullable String after;

    private Place(ChannelPipeline pipeline, @Nullable String after) {
        this.pipeline = pipeline;
        this.after = after;
    }

    public static Place atEnd(ChannelPipeline pipeline) {
        return new Place(pipeline, null);
    }

    public static Place after(ChannelPipeline pipeline, String name) {
        return new Place(pipeline, name);
    }

    /** Adds a handler here and returns the place behind it. */
    public Place add(String name, ChannelHandler handler) {
        if (after == null) {
            pipeline.addLast(name, handler);
        } else {
            pipeline.addAfter(after, name, handler);
        }
        return new Place(pipeline, name);
    }

    public ChannelPipeline pipeline() {
        return pipeline;
    }
}
