package io.mirror.sockmux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/** Octets to and from the other end. Everything happens on the event loop of the tunnel. */
interface Carrier {
    /** Hears what the carrier does. */
    interface Events {
        /** The other end is there. */
        void onUp();

        /**
         * Takes octets.
         *
         * @param octets released by the receiver
         */
        void onReceived(ByteBuf octets);

        /** Nothing more has arrived for now. */
        void onReceivedAll();

        /** Takes data again after {@link Carrier#isWritable} was false. */
        void onWritable();

        void onLost(String reason);
    }

    ByteBufAllocator alloc();

    /** Queues octets; takes ownership. */
    void write(ByteBuf octets);

    void flush();

    boolean isWritable();

    /** Sends what was written, then closes. {@link Events#onLost} follows. */
    void close();

    String peer();

    boolean isSecure();

    boolean hasSeparateDirections();
}
