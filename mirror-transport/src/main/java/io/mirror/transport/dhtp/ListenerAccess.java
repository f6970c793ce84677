package io.mirror.transport.dhtp;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.access.Secret;
import io.mirror.transport.access.AccessPolicy;
import io.mirror.transport.access.AccessProtocol;
import io.mirror.transport.access.LoginThrottle;
import io.mirror.transport.internal.websocket.PortDetector;
import io.mirror.transport.internal.websocket.WebSocketCarrier;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Who may do what on the connections of a listener, which depends on where they come from and what carries them. */
final class ListenerAccess {
    private final AccessPolicy policy;
    private final Optional<Boolean> loginRequired;
    private final boolean refuseLoginInClear;
    private final PortDetector.Accepted accepted;
    private final LongSupplier nanoTime;
    private final LoginThrottle throttle = new LoginThrottle();

    ListenerAccess(
            AccessPolicy policy,
            Optional<Boolean> loginRequired,
            boolean refuseLoginInClear,
            PortDetector.Accepted accepted,
            LongSupplier nanoTime) {
        this.policy = policy;
        this.loginRequired = loginRequired;
        this.refuseLoginInClear = refuseLoginInClear;
        this.accepted = accepted;
        this.nanoTime = nanoTime;
    }

    boolean hasUsers() {
        return policy.hasUsers();
    }

    /** Without users nobody can gain the right to connect that the address lacks. */
    boolean mayEverConnect(InetAddress address) {
        return policy.hasUsers() || mayConnect(address);
    }

    private boolean mayConnect(InetAddress address) {
        return (accepted.plain() && mayConnect(address, AccessProtocol.TCP))
                || (accepted.secure() && mayConnect(address, AccessProtocol.TLS))
                || (accepted.webSocket() && mayConnect(address, AccessProtocol.WS))
                || (accepted.secureWebSocket() && mayConnect(address, AccessProtocol.WSS));
    }

    private boolean mayConnect(InetAddress address, AccessProtocol protocol) {
        return policy.rightsOf("", address, protocol).mayConnect();
    }

    private static AccessProtocol protocolOf(Channel socket) {
        if (WebSocketCarrier.isUsedBy(socket.pipeline())) {
            return usesTls(socket) ? AccessProtocol.WSS : AccessProtocol.WS;
        }
        return usesTls(socket) ? AccessProtocol.TLS : AccessProtocol.TCP;
    }

    static boolean usesTls(Channel socket) {
        return socket.pipeline().get(SslHandler.class) != null;
    }

    /** Returns what a connection may do, once it is known what carries it. */
    ConnectionAccess of(InetAddress address, Channel socket) {
        AccessProtocol protocol = protocolOf(socket);
        boolean secure = protocol == AccessProtocol.TLS || protocol == AccessProtocol.WSS;
        ConnectionAccess granted = policy.connection(
                address,
                protocol,
                isLoginRequired(address, protocol),
                throttle,
                () -> nanoTime.getAsLong() / 1_000_000L);
        return refuseLoginInClear && !secure ? new NoLogin(granted) : granted;
    }

    /** Unless the host says otherwise, who has to be somebody to do anything has to log in to stay. */
    private boolean isLoginRequired(InetAddress address, AccessProtocol protocol) {
        if (loginRequired.isPresent()) {
            return loginRequired.get();
        }
        return policy.hasUsers() && !policy.rightsOf("", address, protocol).mayUseData();
    }

    /** Access on a connection without TLS where passwords are not to be heard by others. */
    private record NoLogin(ConnectionAccess granted) implements ConnectionAccess {
        @Override
        public Permissions anonymous() {
            return granted.anonymous();
        }

        @Override
        public boolean loginRequired() {
            return granted.loginRequired();
        }

        @Override
        public Decision login(String user, Secret password) {
            return Decision.refused(Duration.ZERO);
        }
    }
}
