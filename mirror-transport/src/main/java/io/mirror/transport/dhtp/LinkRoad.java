package io.mirror.transport.dhtp;

import io.mirror.codec.dhtp.DhtpLimits;
import io.mirror.core.link.ProxySettings;
import io.mirror.core.link.ServerAddress;
import io.mirror.transport.TlsContext;
import io.mirror.transport.TlsIdentity;
import io.mirror.transport.TransportException;
import io.mirror.transport.internal.http.HttpText;
import io.mirror.transport.internal.http.ProxyConnect;
import io.mirror.transport.internal.http.ProxyLogin;
import io.mirror.transport.internal.net.Place;
import io.mirror.transport.internal.websocket.Messages;
import io.mirror.transport.internal.websocket.WebSocketCarrier;
import io.mirror.transport.websocket.WebSocketOptions;
import io.netty.channel.ChannelPipeline;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the connections of one endpoint get to a master: directly or through a proxy, with TLS or not, as WebSocket or not. */
final class LinkRoad {
    private final @Nullable TlsContext tls;
    private final @Nullable WebSocketOptions webSocket;
    private final @Nullable ServerAddress proxy;
    private final @Nullable ProxyLogin login;
    private final boolean tunnel;

    private LinkRoad(
            @Nullable TlsContext tls,
            @Nullable WebSocketOptions webSocket,
            Optional<ProxySettings> settings,
            boolean connect,
            boolean allowPlaintextSecrets) {
        this.tls = tls;
        this.webSocket = webSocket;
        proxy = settings.map(ProxySettings::address).orElse(null);
        login = settings.map(known -> new ProxyLogin(known.credentials(), allowPlaintextSecrets))
                .orElse(null);
        // What is in TLS, or is no HTTP at all, cannot be asked for by GET.
        tunnel = connect || tls != null || webSocket == null;
    }

    /**
     * Describes a road.
     *
     * @param connect true to have the proxy open a tunnel also for what it could be asked for
     * @throws TransportException if a host cannot be part of a request
     */
    static LinkRoad of(
            @Nullable TlsContext tls,
            @Nullable WebSocketOptions webSocket,
            Optional<ProxySettings> proxy,
            boolean connect,
            boolean allowPlaintextSecrets,
            Iterable<ServerAddress> targets) {
        try {
            if (webSocket != null || proxy.isPresent()) {
                for (ServerAddress target : targets) {
                    HttpText.checkHost(target.host());
                }
            }
            proxy.ifPresent(settings -> {
                HttpText.checkHost(settings.address().host());
                ServicePorts.resolve(settings.address().port());
            });
            return new LinkRoad(tls, webSocket, proxy, connect, allowPlaintextSecrets);
        } catch (IllegalArgumentException e) {
            throw new TransportException(String.valueOf(e.getMessage()), e);
        }
    }

    boolean isSecure() {
        return tls != null;
    }

    boolean isInsecure() {
        return tls != null && tls.isInsecure();
    }

    /** Replaces key and certificate for connections from now on. */
    void replaceIdentity(TlsIdentity identity) {
        if (tls == null) {
            throw new IllegalStateException("the link does not use TLS");
        }
        tls.replaceIdentity(identity);
    }

    /** Tells whether a proxy has to open a tunnel that it was perhaps not meant to. */
    boolean needsTunnel() {
        return proxy != null && tls != null;
    }

    /** A binary frame must fit into a message. */
    DhtpLimits limits(DhtpLimits given) {
        return given.maxFrameBytes() <= maxMessageBytes() ? given : given.withMaxFrameBytes(maxMessageBytes());
    }

    /** Returns the longest message that the road carries, in bytes. */
    int maxMessageBytes() {
        return webSocket == null ? Integer.MAX_VALUE : webSocket.maxMessageBytes();
    }

    /** Returns where the socket is to be connected to. */
    ServerAddress firstHop(ServerAddress master) {
        return proxy == null ? master : proxy;
    }

    /** A new attempt begins that is no answer to a proxy. */
    void newAttempt() {
        if (login != null) {
            login.newAttempt();
        }
    }

    /** Tells whether another connection at once, on which the proxy is given what it asked for, is worth it. */
    static boolean isAnswerWanted(String cause) {
        return cause.endsWith(ProxyLogin.WANTED);
    }

    /** Adds the handlers of the road to an empty pipeline. */
    void addTo(ChannelPipeline pipeline, String host, int port) {
        Place start = Place.atEnd(pipeline);
        if (login != null && tunnel) {
            start.add("proxy", new ProxyConnect(host, port, login, inside -> addWithin(inside, host, port, null)));
        } else {
            addWithin(start, host, port, login);
        }
    }

    private void addWithin(Place place, String host, int port, @Nullable ProxyLogin asked) {
        Place inside = tls == null ? place : place.add("tls", tls.newHandler(host, port, Runnable::run));
        if (webSocket != null) {
            WebSocketCarrier.addClient(inside, webSocket, Messages.DHTP, host, port, tls != null, asked);
        }
    }
}
