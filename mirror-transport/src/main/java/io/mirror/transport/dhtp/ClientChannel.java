package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DecodeReason;
import io.mirror.codec.dhtp.DhtpDecoder;
import io.mirror.codec.dhtp.DhtpEncoder;
import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.codec.dhtp.DhtpListener;
import io.mirror.core.access.Credentials;
import io.mirror.core.command.Command;
import io.mirror.core.command.PointMessage;
import io.mirror.core.command.Received;
import io.mirror.core.link.ServerAddress;
import io.mirror.core.link.WireName;
import io.mirror.core.point.Excerpt;
import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointState;
import io.mirror.transport.TransportException;
import io.mirror.transport.internal.net.Causes;
import io.mirror.transport.internal.net.Opening;
import io.mirror.transport.internal.websocket.WebSocketViolation;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The channel of an API client: sends commands and finds the command that an answer belongs to. Answers carry no number:
 * they belong to the first outstanding command of the same name and, where it is quoted, the same first argument
 * (DHTP section 3.1).
 */
final class ClientChannel extends ByteToMessageDecoder {
    /** A master may cut what it quotes of an argument in an error reply. */
    private static final int SHORTEST_CUT = 32;

    private static final String CLOSED_HERE = "the client is closed";
    private static final String CLOSED_BY_MASTER = "the master closed the connection";

    private final ServerAddress address;
    private final Optional<Credentials> credentials;
    private final Duration timeout;
    private final DhtpDecoder decoder;
    private final DhtpEncoder encoder;
    private final CompletableFuture<Void> ready;
    private final Answers answers = new Answers();
    private final Deque<Outstanding> outstanding = new ArrayDeque<>();
    private volatile @Nullable ChannelHandlerContext context;
    private volatile boolean closing;
    private boolean opened;
    private @Nullable TransportException ended;

    private record Name(String name) implements WireName {
        @Override
        public int id() {
            return 0;
        }
    }

    ClientChannel(
            ServerAddress address,
            Optional<Credentials> credentials,
            Duration timeout,
            DhtpLimits limits,
            CompletableFuture<Void> ready) {
        this.address = address;
        this.credentials = credentials;
        this.timeout = timeout;
        this.ready = ready;
        decoder = new DhtpDecoder(limits);
        encoder = new DhtpEncoder(limits);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (Opening.isComplete(ctx.pipeline())) {
            open();
        }
        ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            fail("TLS handshake failed: " + Causes.describe(handshake.cause()), handshake.cause());
            ctx.close();
        } else if (event instanceof Opening opening && opening.hasFailed()) {
            fail(opening.failure(), null);
            ctx.close();
        } else if ((event instanceof SslHandshakeCompletionEvent || event instanceof Opening)
                && Opening.isComplete(ctx.pipeline())) {
            open();
        }
        ctx.fireUserEventTriggered(event);
    }

    private void open() {
        if (opened) {
            return;
        }
        opened = true;
        writeOnly(new Command.AckSuccess(true));
        if (credentials.isEmpty()) {
            ready.complete(null);
            return;
        }
        Credentials login = credentials.get();
        Outstanding auth = new Outstanding("", login.user(), null);
        auth.done.whenComplete((nothing, failure) -> {
            if (failure == null) {
                ready.complete(null);
            } else {
                ready.completeExceptionally(failure);
            }
        });
        submit(auth, new Command.Auth(login.user(), login.password()));
    }

    private void writeOnly(Command command) {
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            ByteBuf line = buffer();
            encoder.encode(command, line);
            ctx.writeAndFlush(line);
        }
    }

    // ---- Commands, called by any thread ----

    CompletableFuture<Point> read(PointName name) {
        CompletableFuture<Point> point = new CompletableFuture<>();
        Outstanding reading = new Outstanding("read", name.toString(), point);
        reading.done.exceptionally(failure -> {
            point.completeExceptionally(failure);
            return null;
        });
        onLoop(reading, () -> submit(reading, new Command.Read(name.toString(), false)));
        return point;
    }

    CompletableFuture<Void> write(Point point) {
        Outstanding writing = new Outstanding("cwrite", point.name().toString(), null);
        onLoop(writing, () -> {
            ByteBuf line = buffer();
            PointState state = new PointState().copyFrom(point);
            if (encoder.encodePoint(PointMessage.Kind.CWRITE, new Name(writing.argument), state, line)) {
                submit(writing, line);
            } else {
                line.release();
                writing.done.completeExceptionally(new TransportException(
                        "point " + Excerpt.of(writing.argument) + " is too long for a line of the protocol"));
            }
        });
        return writing.done;
    }

    CompletableFuture<Void> send(Command command) {
        Outstanding sending = new Outstanding("", "", null);
        onLoop(sending, () -> submit(sending, command));
        return sending.done;
    }

    private void onLoop(Outstanding command, Runnable action) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            command.done.completeExceptionally(lost("not connected"));
            return;
        }
        try {
            ctx.executor().execute(() -> {
                if (ctx.channel().isActive()) {
                    action.run();
                } else {
                    command.done.completeExceptionally(end());
                }
            });
        } catch (RejectedExecutionException loopIsGone) {
            command.done.completeExceptionally(lost(CLOSED_HERE));
        }
    }

    /** Tells why there is no connection any more; a command may find it gone before the loop was told so. */
    private TransportException end() {
        TransportException known = ended;
        return known != null ? known : lost(closing ? CLOSED_HERE : CLOSED_BY_MASTER);
    }

    private void submit(Outstanding command, Command content) {
        ByteBuf line = buffer();
        if (encoder.encode(content, line)) {
            if (command.keyword.isEmpty()) {
                command.keyword = keywordOf(line);
            }
            submit(command, line);
        } else {
            line.release();
            command.done.completeExceptionally(
                    new TransportException("the command is too long for a line of the protocol"));
        }
    }

    private void submit(Outstanding command, ByteBuf line) {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            line.release();
            return;
        }
        outstanding.add(command);
        var deadline = ctx.executor().schedule(() -> expire(command), timeout.toMillis(), TimeUnit.MILLISECONDS);
        command.done.whenComplete((nothing, failure) -> deadline.cancel(false));
        ctx.writeAndFlush(line);
    }

    private void expire(Outstanding command) {
        if (outstanding.remove(command)) {
            command.done.completeExceptionally(
                    lost("no answer to " + command + " within " + timeout.toMillis() + " ms"));
        }
    }

    private ByteBuf buffer() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("the channel has no context yet");
        }
        return ctx.alloc().buffer(256);
    }

    private static String keywordOf(ByteBuf line) {
        StringBuilder keyword = new StringBuilder();
        for (int at = line.readerIndex() + 1; at < line.writerIndex(); at++) {
            char c = (char) line.getByte(at);
            if (c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9')) {
                break;
            }
            keyword.append(c);
        }
        return keyword.toString();
    }

    private TransportException lost(String what) {
        return new TransportException("connection to " + address + ": " + what);
    }

    // ---- Answers ----

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        decoder.decode(in, answers);
    }

    private final class Answers implements DhtpListener {
        @Override
        public void onPoint(PointMessage message) {
            Outstanding reading = take("read", List.of(message.name()));
            if (reading != null && reading.point != null) {
                reading.point.complete(message.state().toPoint(PointName.parse(message.name())));
                reading.done.complete(null);
            }
        }

        @Override
        public void onCommand(Received received) {
            if (received.command() instanceof Command.Success success) {
                Outstanding done = take(success.keyword(), success.arguments());
                if (done != null) {
                    done.done.complete(null);
                }
            } else if (received.command() instanceof Command.Failure failure) {
                Outstanding refused = take(failure.keyword(), failure.arguments());
                if (refused != null) {
                    refused.done.completeExceptionally(new CommandRefusedException(
                            failure.number(),
                            address + " refused " + refused + ": " + Excerpt.of(failure.text()) + " (-"
                                    + failure.number() + ")"));
                }
            }
        }

        @Override
        public void onMalformed(DecodeReason reason, long offset, String excerpt) {
            fail("cannot read what it sends: " + reason.text() + " at byte " + offset + ": " + excerpt, null);
            close();
        }
    }

    private @Nullable Outstanding take(String keyword, List<String> arguments) {
        Iterator<Outstanding> commands = outstanding.iterator();
        while (commands.hasNext()) {
            Outstanding command = commands.next();
            if (command.isAnsweredBy(keyword, arguments)) {
                commands.remove();
                return command;
            }
        }
        return null;
    }

    /** A command that waits for its answer. */
    private static final class Outstanding {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        final String argument;
        final @Nullable CompletableFuture<Point> point;
        String keyword;

        Outstanding(String keyword, String argument, @Nullable CompletableFuture<Point> point) {
            this.keyword = keyword;
            this.argument = argument;
            this.point = point;
        }

        boolean isAnsweredBy(String answered, List<String> arguments) {
            if (!keyword.equals(answered)) {
                return false;
            }
            if (argument.isEmpty() || arguments.isEmpty()) {
                return true;
            }
            String quoted = arguments.get(0);
            return quoted.equals(argument) || (quoted.length() >= SHORTEST_CUT && argument.startsWith(quoted));
        }

        @Override
        public String toString() {
            return argument.isEmpty() ? keyword : keyword + " " + Excerpt.of(argument);
        }
    }

    // ---- The end ----

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        fail(closing ? CLOSED_HERE : CLOSED_BY_MASTER, null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause instanceof WebSocketViolation ? String.valueOf(cause.getMessage()) : Causes.describe(cause), cause);
        ctx.close();
    }

    private void fail(String what, @Nullable Throwable cause) {
        TransportException failure = lost(what);
        if (cause != null) {
            failure.initCause(cause);
        }
        if (ended == null) {
            ended = failure;
        }
        ready.completeExceptionally(failure);
        for (Outstanding command = outstanding.poll(); command != null; command = outstanding.poll()) {
            command.done.completeExceptionally(failure);
        }
    }

    void close() {
        closing = true;
        ChannelHandlerContext ctx = context;
        if (ctx != null) {
            var closing = ctx.close();
            if (!ctx.executor().inEventLoop()) {
                closing.awaitUninterruptibly(timeout.toMillis());
            }
        }
    }
}
