package io.mirror.sockmux.session;

import io.mirror.codec.sockmux.FrameHeader;
import io.mirror.codec.sockmux.FrameType;
import io.mirror.codec.sockmux.KeyGroup;
import io.mirror.codec.sockmux.KeyOffer;
import io.mirror.codec.sockmux.Obfuscation;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.math.BigInteger;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Switches the legacy obfuscation on, direction by direction (SockMux sections 10.1 and 10.3). */
final class KeyExchange {
    private final MuxOptions.LegacyObfuscation settings;
    private final RandomGenerator random;
    private final Outgoing out;
    private BigInteger exponent = BigInteger.ONE;
    private KeyOffer ours;
    private Obfuscation.@Nullable Pair keys;

    KeyExchange(MuxOptions.LegacyObfuscation settings, RandomGenerator random, Outgoing out) {
        this.settings = settings;
        this.random = random;
        this.out = out;
        ours = newOffer(settings.group());
    }

    private KeyOffer newOffer(KeyGroup group) {
        byte[] octets = new byte[Long.BYTES];
        random.nextBytes(octets);
        exponent = new BigInteger(1, octets);
        return KeyOffer.of(group, exponent);
    }

    void offer() {
        ByteBuf payload = Unpooled.buffer();
        ours.write(payload);
        out.control(FrameType.SETOPT, FrameHeader.NO_ID, FrameHeader.NO_ID, payload);
    }

    /** Takes the peer's offer; false if it cannot be used. Agreement covers everything that is sent from now on. */
    boolean onOffer(ByteBuf payload) {
        Optional<KeyOffer> read = KeyOffer.read(payload);
        if (read.isEmpty() || keys != null) {
            return false;
        }
        KeyOffer theirs = read.get();
        int lower = theirs.group().number();
        if (lower < settings.minimum().number()) {
            return false;
        }
        if (lower > ours.group().number()) {
            return true;
        }
        if (lower < ours.group().number()) {
            ours = newOffer(theirs.group());
            offer();
        }
        Obfuscation.Pair agreed = Obfuscation.agree(exponent, ours, theirs, settings.password());
        keys = agreed;
        boolean plain = theirs.group() == KeyGroup.GROUP_0;
        byte[] preamble = new byte[plain ? 0 : theirs.preamble()];
        random.nextBytes(preamble);
        ByteBuf on = Unpooled.buffer(2).writeByte(1);
        if (!plain) {
            on.writeByte(preamble.length);
        }
        out.control(FrameType.CRYPTON, FrameHeader.NO_ID, FrameHeader.NO_ID, on);
        out.flushControls();
        out.encoder().coverWith(agreed.send(), out.buffer(), preamble);
        return true;
    }

    /** What uncovers the peer's frames from now on; empty if no key was agreed on. */
    Optional<Obfuscation> receiving() {
        return Optional.ofNullable(keys).map(Obfuscation.Pair::receive);
    }
}
