package io.mirror.sockmux;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection inside this process. Both ends run on the same event loop, whatever kind it is; what is
 * written at one end waits there until the other end reads. Each direction ends by itself, as those of a socket do: an end
 * without {@link ChannelOption#ALLOW_HALF_CLOSURE} closes when nothing more comes.
 */
final class PipeChannel extends AbstractChannel implements DuplexChannel {
    private static final ChannelMetadata METADATA = new ChannelMetadata(false);
    private static final int MAX_WAITING = 64 << 10;

    private final PipeConfig config = new PipeConfig(this);
    private final ArrayDeque<ByteBuf> arrived = new ArrayDeque<>();
    private final Address address;
    private @Nullable PipeChannel other;
    private int waiting;
    private boolean readWanted;
    private boolean delivering;
    /** The other end sends no more. */
    private boolean ending;

    private boolean inputShutdown;
    private boolean outputShutdown;
    private boolean otherClosed;
    private boolean closed;

    /** The name of an end. */
    private static final class Address extends SocketAddress {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            return "inside";
        }
    }

    /** Knows one option more than every channel does. */
    private static final class PipeConfig extends DefaultChannelConfig {
        private boolean allowHalfClosure;

        PipeConfig(PipeChannel channel) {
            super(channel);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T> T getOption(ChannelOption<T> option) {
            return option.equals(ChannelOption.ALLOW_HALF_CLOSURE)
                    ? (T) Boolean.valueOf(allowHalfClosure)
                    : super.getOption(option);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (option.equals(ChannelOption.ALLOW_HALF_CLOSURE)) {
                allowHalfClosure = (Boolean) value;
                return true;
            }
            return super.setOption(option, value);
        }
    }

    private PipeChannel() {
        super(null);
        address = new Address();
    }

    /** Makes an end; {@link #other()} is the other one. Both have to be registered with the same event loop. */
    static PipeChannel pair() {
        PipeChannel one = new PipeChannel();
        PipeChannel two = new PipeChannel();
        one.other = two;
        two.other = one;
        return one;
    }

    PipeChannel other() {
        PipeChannel end = other;
        if (end == null) {
            throw new IllegalStateException("not one of a pair");
        }
        return end;
    }

    private void deliverSoon() {
        if (!delivering && isRegistered()) {
            delivering = true;
            eventLoop().execute(this::deliver);
        }
    }

    private void deliver() {
        delivering = false;
        if (closed) {
            return;
        }
        ByteBuf data = readWanted ? arrived.poll() : null;
        if (data != null) {
            readWanted = false;
            waiting -= data.readableBytes();
            pipeline().fireChannelRead(data);
            pipeline().fireChannelReadComplete();
            other().resume();
        } else if (otherClosed && arrived.isEmpty()) {
            unsafe().close(voidPromise());
        } else if (ending && arrived.isEmpty() && !inputShutdown) {
            endInput();
        }
    }

    private void endInput() {
        inputShutdown = true;
        if (config.allowHalfClosure) {
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            unsafe().close(voidPromise());
        }
    }

    private void resume() {
        if (!closed) {
            ((PipeUnsafe) unsafe()).resume();
        }
    }

    // ---- half-close ----

    @Override
    public boolean isInputShutdown() {
        return inputShutdown || closed;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || closed;
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        onLoop(() -> {
            inputShutdown = true;
            dropArrived();
            promise.trySuccess();
            other().resume();
        });
        return promise;
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        onLoop(() -> ((AbstractUnsafe) unsafe()).shutdownOutput(promise));
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownInput();
        return shutdownOutput(promise);
    }

    private void onLoop(Runnable task) {
        if (eventLoop().inEventLoop()) {
            task.run();
        } else {
            eventLoop().execute(task);
        }
    }

    @Override
    protected void doShutdownOutput() {
        outputShutdown = true;
        other().ending = true;
        other().deliverSoon();
    }

    private void dropArrived() {
        arrived.forEach(ByteBuf::release);
        arrived.clear();
        waiting = 0;
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new PipeUnsafe();
    }

    private final class PipeUnsafe extends AbstractUnsafe {
        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("connected from the beginning"));
        }

        void resume() {
            flush0();
        }
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return address;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return other().address;
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("connected from the beginning");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        if (!closed) {
            closed = true;
            dropArrived();
            other().otherClosed = true;
            other().deliverSoon();
        }
    }

    @Override
    protected void doBeginRead() {
        readWanted = true;
        deliverSoon();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer out) {
        PipeChannel target = other();
        Object message = out.current();
        while (message != null && target.waiting < MAX_WAITING && !target.closed) {
            ByteBuf data = ((ByteBuf) message).retain();
            if (data.isReadable() && !target.inputShutdown) {
                target.arrived.add(data);
                target.waiting += data.readableBytes();
            } else {
                data.release();
            }
            out.remove();
            message = out.current();
        }
        target.deliverSoon();
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return !closed && isRegistered();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
