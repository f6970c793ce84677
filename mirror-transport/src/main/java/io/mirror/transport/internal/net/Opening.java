package io.mirror.transport.internal.net;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;

/**
 * What has to happen on a fresh connection before its protocol may speak: recognising the first bytes, the tunnel of a
 * proxy, TLS, the upgrade to WebSocket. The last handler of the pipeline waits until {@link #isComplete} whenever it sees
 * an event of this class or of TLS.
 *
 * @param failure why it will never happen; empty if a step is done
 */
public record Opening(String failure) {
    /** A step is done. */
    public static final Opening STEP_DONE = new Opening("");

    /** A handler that removes itself and fires {@link #STEP_DONE} when its step is done. */
    public interface Step extends ChannelHandler {}

    public boolean hasFailed() {
        return !failure.isEmpty();
    }

    /** Tells whether nothing is left to be done before the protocol speaks. */
    public static boolean isComplete(ChannelPipeline pipeline) {
        return isSecured(pipeline) && pipeline.get(Step.class) == null;
    }

    /** Tells whether TLS stands, if there is to be TLS. */
    public static boolean isSecured(ChannelPipeline pipeline) {
        SslHandler tls = pipeline.get(SslHandler.class);
        return tls == null || tls.handshakeFuture().isSuccess();
    }
}
