package io.mirror.core.command;

/** The bits of {@code report_domain} (DHTP section 5.2). */
public final class ReportFlags {
    /** Register all points that are present. */
    public static final int ALL = 0x01;
    /** Register points created later. */
    public static final int FUTURE = 0x02;
    /** Send names as {@code domain:name}. */
    public static final int QUALIFY = 0x04;
    /** Send each value exactly once and do not stay registered. */
    public static final int ONCE_ONLY = 0x08;
    /** Send the data model too. */
    public static final int MODEL = 0x10;
    /** Cancel the registration; other bits are ignored. */
    public static final int UNREGISTER = 0x40;
    /** Send metadata too. */
    public static final int META_INFO = 0x80;
    /** Return the connection's own changes as {@code echo}. */
    public static final int ECHO = 0x200;
    /** What a mirror link asks for: every point, now and later, with its domain. */
    public static final int MIRROR = ALL | FUTURE | QUALIFY;

    private ReportFlags() {}
}
