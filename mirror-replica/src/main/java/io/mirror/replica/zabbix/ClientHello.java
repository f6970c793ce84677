package io.mirror.replica.zabbix;

import io.netty.buffer.ByteBuf;

/** Looks into the first TLS message of a client for suites with pre-shared keys, without taking it. */
final class ClientHello {
    private static final int RECORD_HEADER = 5;
    private static final int SESSION_AT = RECORD_HEADER + 4 + 2 + 32;

    private boolean psk;

    /** True once enough has arrived to judge. */
    boolean read(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int suites = start + SESSION_AT;
        if (suites >= end) {
            return false;
        }
        suites += 1 + in.getUnsignedByte(suites);
        if (suites + 2 > end) {
            return false;
        }
        int length = in.getUnsignedShort(suites);
        if (suites + 2 + length > end) {
            return false;
        }
        for (int at = suites + 2; at + 2 <= suites + 2 + length; at += 2) {
            psk |= isPsk(in.getUnsignedShort(at));
        }
        return true;
    }

    boolean offersPsk() {
        return psk;
    }

    /** RFC 4279, 4785, 5487, 5489, 6655 and 7905. */
    private static boolean isPsk(int suite) {
        return (suite >= 0x008A && suite <= 0x0095)
                || (suite >= 0x00A8 && suite <= 0x00B9)
                || (suite >= 0xC033 && suite <= 0xC03B)
                || (suite >= 0xC0A4 && suite <= 0xC0AB)
                || (suite >= 0xCCAB && suite <= 0xCCAE)
                || (suite >= 0xD001 && suite <= 0xD005);
    }
}
