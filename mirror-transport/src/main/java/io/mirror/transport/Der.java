package io.mirror.transport;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The little DER needed to put older private key files into the PKCS #8 form that the Java runtime reads.
 *
 * <p>PKCS #1 (RFC 8017 A.1.2) holds RSA keys, SEC 1 (RFC 5915) elliptic curve keys; PKCS #8 (RFC 5208) wraps either
 * together with the name of its algorithm.
 */
final class Der {

    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int SEQUENCE = 0x30;
    private static final int CONTEXT_0 = 0xA0;

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    private static final byte[] RSA_ALGORITHM = {
        SEQUENCE, 13, OBJECT_IDENTIFIER, 9, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 1, 1, 1, 5, 0
    };
    private static final byte[] EC_PUBLIC_KEY = {OBJECT_IDENTIFIER, 7, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 2, 1
    };

    private Der() {}

    /** Wraps a PKCS #1 RSA private key. */
    static byte[] rsaToPkcs8(byte[] pkcs1) {
        return element(SEQUENCE, VERSION_0, RSA_ALGORITHM, element(OCTET_STRING, pkcs1));
    }

    /**
     * Wraps a SEC 1 private key, whose curve must be named inside.
     *
     * @throws IllegalArgumentException if the structure or the name of the curve is missing
     */
    static byte[] ecToPkcs8(byte[] sec1) {
        byte[] curve = curveOf(sec1);
        return element(SEQUENCE, VERSION_0, element(SEQUENCE, EC_PUBLIC_KEY, curve), element(OCTET_STRING, sec1));
    }

    private static byte[] curveOf(byte[] sec1) {
        try {
            ByteBuffer fields = enter(ByteBuffer.wrap(sec1), SEQUENCE);
            enter(fields, INTEGER);
            enter(fields, OCTET_STRING);
            ByteBuffer parameters = enter(fields, CONTEXT_0);
            if (parameters.get(parameters.position()) != OBJECT_IDENTIFIER) {
                throw new IllegalArgumentException("the curve is not a named one");
            }
            byte[] name = new byte[parameters.remaining()];
            parameters.get(name);
            return name;
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the key is cut short", e);
        }
    }

    /** Returns the content of the next element and moves past it. */
    private static ByteBuffer enter(ByteBuffer in, int tag) {
        int found = in.get() & 0xFF;
        if (found != tag) {
            throw new IllegalArgumentException("expected tag " + tag + ", found " + found);
        }
        int length = in.get() & 0xFF;
        if (length > 0x82 || length == 0x80) {
            throw new IllegalArgumentException("length form " + length + " is not used by keys");
        }
        if (length > 0x80) {
            int octets = length - 0x80;
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = (length << 8) | (in.get() & 0xFF);
            }
        }
        if (length > in.remaining()) {
            throw new IllegalArgumentException("the key is cut short");
        }
        ByteBuffer content = in.slice(in.position(), length);
        in.position(in.position() + length);
        return content;
    }

    private static byte[] element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 6);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else {
            int octets = length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
            out.write(0x80 | octets);
            for (int shift = 8 * (octets - 1); shift >= 0; shift -= 8) {
                out.write(length >> shift);
            }
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
