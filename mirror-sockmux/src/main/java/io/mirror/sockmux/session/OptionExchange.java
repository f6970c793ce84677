package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.MuxDecoder;
import io.mirror.codec.sockmux.MuxText;
import io.mirror.codec.sockmux.Obfuscation;
import io.mirror.codec.sockmux.OptionType;
import io.mirror.core.access.Secret;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What both ends tell each other with SETOPT and CRYPTON: sizes, extensions, keys, credentials (SockMux sections 6, 10 and
 * 11).
 */
final class OptionExchange {
    private static final int MAX_CREDENTIALS = 1024;

    private final MuxSession session;
    private final MuxOptions options;
    private final PeerFeatures features;
    private final Outgoing out;
    private final MuxDecoder decoder;
    private final boolean secure;
    private final @Nullable KeyExchange keyExchange;
    private int loginAttempts;
    private boolean authorized;
    private boolean credentialsSent;

    OptionExchange(
            MuxSession session,
            MuxOptions options,
            MuxSession.CarrierTraits carrier,
            RandomGenerator random,
            MuxDecoder decoder) {
        this.session = session;
        this.options = options;
        features = session.features();
        out = session.out();
        this.decoder = decoder;
        secure = carrier.secure();
        keyExchange = carrier.separateDirections()
                ? null
                : options.obfuscation()
                        .map(settings -> new KeyExchange(settings, random, out))
                        .orElse(null);
        authorized = options.authorizer().isEmpty();
    }

    /** Whether the peer is who it has to be. */
    boolean isAuthorized() {
        return authorized;
    }

    /** The handshake is over: says everything there is to say, and waits for nothing. */
    void start() {
        option(Unpooled.buffer(3).writeByte(OptionType.PACKSIZE).writeShort(options.packetSize()));
        if (keyExchange != null) {
            keyExchange.offer();
            session.askForEcho();
        }
        if (options.connectData()) {
            option(Unpooled.buffer(3)
                    .writeByte(OptionType.CONNDATA)
                    .writeByte(1)
                    .writeByte(0));
        }
        if (options.extensions()) {
            ByteBuf offer = Unpooled.buffer(8);
            PeerFeatures.writeExtensions(offer);
            option(offer);
        }
        if (keyExchange == null) {
            sendCredentials();
        }
    }

    private void option(ByteBuf payload) {
        out.control(FrameType.SETOPT, FrameHeader.NO_ID, FrameHeader.NO_ID, payload);
    }

    /** Never in clear, unless the host allows it (SockMux section 11). */
    private void sendCredentials() {
        if (!credentialsSent && (secure || options.plaintextCredentials())) {
            options.credentials().ifPresent(credentials -> {
                credentialsSent = true;
                out.flushControls();
                out.encoder().writeCredentials(out.buffer(), credentials.user(), credentials.password());
            });
        }
    }

    /** Takes SETOPT; false if it means nothing. */
    boolean onOption(ByteBuf payload) {
        if (!payload.isReadable()) {
            return false;
        }
        return switch (payload.getUnsignedByte(payload.readerIndex())) {
            case OptionType.PACKSIZE -> features.offerPacketSize(payload);
            case OptionType.CONNDATA -> features.offerConnectData(payload);
            case OptionType.EXTENSION -> features.offerExtensions(payload) || !options.extensions();
            case OptionType.AUTH -> onCredentials(payload);
            case OptionType.CRYPT -> onKeyOffer(payload);
            default -> false;
        };
    }

    private boolean onKeyOffer(ByteBuf payload) {
        if (keyExchange == null) {
            // A DeleGate with its defaults offers keys to everybody and goes on without (SockMux section 10).
            return true;
        }
        boolean usable = keyExchange.onOffer(payload);
        if (usable && keyExchange.receiving().isPresent()) {
            sendCredentials();
        }
        return usable;
    }

    /** Takes CRYPTON. */
    void onCoverOn(ByteBuf payload) {
        Optional<Obfuscation> key = keyExchange == null ? Optional.empty() : keyExchange.receiving();
        if (key.isEmpty()) {
            session.end("the peer obfuscates without an agreed key: set crypt:no there, or legacyObfuscation here");
            return;
        }
        int preamble = payload.readableBytes() > 1 ? payload.getUnsignedByte(payload.readerIndex() + 1) : 0;
        decoder.uncoverWith(key.get(), preamble);
    }

    private boolean onCredentials(ByteBuf payload) {
        int length = payload.readableBytes() - 2;
        if (options.authorizer().isEmpty()) {
            return true;
        }
        if (length < 2 || length > MAX_CREDENTIALS || payload.getByte(payload.readerIndex() + 1) != 1) {
            return false;
        }
        ByteBuf text = payload.slice(payload.readerIndex() + 2, length);
        text = text.slice(text.readerIndex(), MuxText.length(text));
        int colon = text.bytesBefore((byte) ':');
        if (colon < 0) {
            return false;
        }
        String user = text.toString(text.readerIndex(), colon, StandardCharsets.UTF_8);
        CharBuffer password = StandardCharsets.UTF_8.decode(
                text.nioBuffer(text.readerIndex() + colon + 1, text.readableBytes() - colon - 1));
        try (Secret secret = Secret.of(password)) {
            authorized = options.authorizer().get().test(user, secret);
        }
        loginAttempts++;
        if (!authorized && loginAttempts >= options.limits().maxLoginAttempts()) {
            session.end("wrong credentials, " + loginAttempts + " times");
        }
        return true;
    }
}
