package io.mirror.codec.sockmux;

/** The first octet of a SETOPT payload (SockMux section 6). */
public final class OptionType {
    /** Offers a key for the obfuscation. */
    public static final int CRYPT = 0x01;
    /** The peer may send first data together with CONNECT and CONNECTED. */
    public static final int CONNDATA = 0x02;
    /** The biggest frame that the sender would like to see. */
    public static final int PACKSIZE = 0x03;
    /** User and password. */
    public static final int AUTH = 0x04;
    /** The offer between peers of this library (section 19). */
    public static final int EXTENSION = 0x6D;

    private OptionType() {}

    /**
     * Names an option.
     *
     * @param option the octet
     * @return the name; {@code UNKNOWN} for one without
     */
    public static String name(int option) {
        return switch (option) {
            case CRYPT -> "CRYPT";
            case CONNDATA -> "CONNDATA";
            case PACKSIZE -> "PACKSIZE";
            case AUTH -> "AUTH";
            case EXTENSION -> "EXTENSION";
            default -> "UNKNOWN";
        };
    }
}
