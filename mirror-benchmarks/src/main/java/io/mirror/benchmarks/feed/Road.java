package io.mirror.benchmarks.feed;

import java.io.IOException;

/** A way for points from one process to another. What it runs through, a server perhaps, is started by others. */
interface Road {
    /** Takes points in the order in which they are sent. Used by one thread. */
    interface Sender extends AutoCloseable {
        /**
         * Sends a point, now or with those that follow.
         *
         * @param point which
         * @param value what it is now
         */
        void send(int point, double value) throws IOException;

        /** Lets go of what was kept back to be sent together. */
        default void flush() throws IOException {}

        /** Returns how many bytes were sent until now, 0 if nobody counts them. */
        default long bytes() {
            return 0;
        }

        @Override
        void close() throws IOException;
    }

    /** Hears of points. Called by one thread at a time. */
    @FunctionalInterface
    interface Taker {
        void take(double value);
    }

    /** Opens the near end: everything is ready for receivers when this returns. */
    Sender sender(String[] names) throws IOException;

    /** Opens a far end, which hears of everything that is sent from now on. */
    AutoCloseable receiver(Taker taker) throws IOException;

    /**
     * Finds a road by its name.
     *
     * @param name for links {@code mirror-ENCODING-CARRIER}, such as {@code mirror-bin1-tls}; for others their own name
     * @param ports where the sender goes and where the receivers go; the same unless there is a bridge between
     */
    static Road of(String name, int... ports) {
        if (name.startsWith("mirror-")) {
            return new MirrorRoad(name, ports[0]);
        }
        return switch (name) {
            case "bare-bin1" -> new BareRoad(ports[0]);
            case "nats" -> new NatsRoad(ports[0]);
            case "redis" -> new RedisRoad(ports[0]);
            case "mosquitto", "bridge" -> new MqttRoad(ports[0], ports[ports.length - 1]);
            default -> throw new IllegalArgumentException("no road is called " + name);
        };
    }
}
