package io.mirror.codec.sockmux;

/** The type octets of frames (SockMux section 3), and of the extensions between peers of this library (section 19). */
public final class FrameType {
    /** Set in the type of every answer. */
    public static final int ANSWER = 0x40;
    /** Does nothing. */
    public static final int NOOP = 0x00;
    /** Opens the handshake. */
    public static final int HELLO = 0x01;
    /** Answers HELLO, and ends the handshake. */
    public static final int HELLOOK = HELLO | ANSWER;
    /** Opens a channel. */
    public static final int CONNECT = 0x02;
    /** The channel is open. */
    public static final int CONNECTED = CONNECT | ANSWER;
    /** Data of a channel. */
    public static final int SEND = 0x06;
    /** So many octets of data were written out. */
    public static final int SENT = SEND | ANSWER;
    /** Urgent data of a channel. */
    public static final int SENDOOB = 0x07;
    /** So many octets of urgent data were written out. */
    public static final int SENTOOB = SENDOOB | ANSWER;
    /** Ends a channel. */
    public static final int CLOSE = 0x08;
    /** The channel has ended. */
    public static final int CLOSED = CLOSE | ANSWER;
    /** Asks for a sign of life. */
    public static final int ECHO = 0x09;
    /** Gives it. */
    public static final int ECHOOK = ECHO | ANSWER;
    /** Sets an option. */
    public static final int SETOPT = 0x0A;
    /** From the next octet on the sender obfuscates. */
    public static final int CRYPTON = 0x0C;
    /** No more data from the sender on this channel; only between peers of this library. */
    public static final int FIN = 0x10;
    /** Everything before FIN was written out, and the end was passed on. */
    public static final int FINOK = FIN | ANSWER;
    /** Ends a channel at once, with a reason octet; only between peers of this library. */
    public static final int RESET = 0x11;
    /** The channel that was reset has ended. */
    public static final int RESETOK = RESET | ANSWER;
    /** Adds to the window of the receiver of this frame; only between peers of this library. */
    public static final int WINDOW = 0x12;
    /** The sender wants no more channels and leaves when the last one has ended; only between peers of this library. */
    public static final int DRAIN = 0x13;

    private FrameType() {}

    /**
     * Names a type.
     *
     * @param type the octet of the header
     * @return the name, reserved types included; {@code UNKNOWN} for any other
     */
    public static String name(int type) {
        return switch (type) {
            case NOOP -> "NOOP";
            case HELLO -> "HELLO";
            case HELLOOK -> "HELLOOK";
            case CONNECT -> "CONNECT";
            case CONNECTED -> "CONNECTED";
            case 0x03 -> "CONNECT2";
            case 0x04 -> "BIND";
            case 0x44 -> "BOUND";
            case 0x05 -> "ACCEPT";
            case SEND -> "SEND";
            case SENT -> "SENT";
            case SENDOOB -> "SENDOOB";
            case SENTOOB -> "SENTOOB";
            case CLOSE -> "CLOSE";
            case CLOSED -> "CLOSED";
            case ECHO -> "ECHO";
            case ECHOOK -> "ECHOOK";
            case SETOPT -> "SETOPT";
            case 0x0B -> "GETOPT";
            case CRYPTON -> "CRYPTON";
            case 0x0D -> "OOBPUSH";
            case 0x0E -> "UNBIND";
            case FIN -> "FIN";
            case FINOK -> "FINOK";
            case RESET -> "RESET";
            case RESETOK -> "RESETOK";
            case WINDOW -> "WINDOW";
            case DRAIN -> "DRAIN";
            default -> "UNKNOWN";
        };
    }
}
