package io.mirror.core.link;

import java.util.ArrayList;
import java.util.List;

/**
 * What a flag word means when its flags do not go together (DHTP section 12.1, the table of combinations).
 *
 * @param effective the flags that take effect
 * @param findings what was found, in the order of the table
 */
public record FlagCheck(LinkFlags effective, List<Finding> findings) {

    /** How bad a finding is. */
    public enum Severity {
        /** The link runs, perhaps not as meant. */
        WARNING,
        /** The link must not run. */
        ERROR
    }

    /**
     * One thing that is wrong with a flag word.
     *
     * @param severity how bad it is
     * @param text which flags and what they lead to
     */
    public record Finding(Severity severity, String text) {}

    /**
     * Copies the list.
     *
     * @param effective the flags that take effect
     * @param findings what was found, in the order of the table
     */
    public FlagCheck {
        findings = List.copyOf(findings);
    }

    /**
     * Checks a flag word.
     *
     * @param flags the flags as configured
     * @param heartbeatMillis the heartbeat in milliseconds, 0 for off
     * @param timeoutMillis the timeout in milliseconds, 0 for off
     * @param strict true to refuse what is merely strange
     * @return the flags that take effect, and the findings
     */
    public static FlagCheck of(LinkFlags flags, long heartbeatMillis, long timeoutMillis, boolean strict) {
        Severity strange = strict ? Severity.ERROR : Severity.WARNING;
        List<Finding> findings = new ArrayList<>();
        LinkFlags effective = flags;

        if (flags.has(LinkFlag.WRITABLE) && flags.has(LinkFlag.OVERRIDE_TIME)) {
            findings.add(new Finding(
                    strange, "WRITABLE with OVERRIDE_TIME: local time stamps can travel back into the master"));
        }
        int syncs = Integer.bitCount(flags.bits()
                & LinkFlags.of(LinkFlag.SYNC_SEND, LinkFlag.SYNC_RECV, LinkFlag.SYNC_TIME)
                        .bits());
        if (syncs > 1) {
            findings.add(new Finding(
                    strange, "more than one of SYNC_SEND, SYNC_RECV, SYNC_TIME: " + flags.sync() + " takes effect"));
            effective = keepOneSync(effective);
        }
        if (flags.has(LinkFlag.AUTHORITATIVE) && flags.has(LinkFlag.NON_AUTHORITATIVE)) {
            findings.add(new Finding(
                    strange, "AUTHORITATIVE with NON_AUTHORITATIVE: AUTHORITATIVE, the master, takes effect"));
            effective = effective.without(LinkFlag.NON_AUTHORITATIVE);
        }
        if (!flags.has(LinkFlag.WRITABLE)) {
            effective = dropWhatNeedsWritable(flags, effective, strange, findings);
        }
        if (!flags.has(LinkFlag.READABLE)) {
            findings.add(new Finding(strange, "READABLE is not set: nothing is received from the master"));
        }
        effective = checkTls(flags, effective, strict, findings);
        effective = checkProxy(flags, effective, strict, findings);
        if (timeoutMillis > 0 && timeoutMillis <= heartbeatMillis) {
            findings.add(new Finding(
                    Severity.ERROR,
                    "timeout " + timeoutMillis + " ms is not greater than heartbeat " + heartbeatMillis
                            + " ms: make it at least twice the heartbeat"));
        }
        if (flags.unknownBits() != 0) {
            findings.add(new Finding(
                    strange, "unknown flag bits 0x" + Integer.toHexString(flags.unknownBits()) + " have no effect"));
        }
        return new FlagCheck(effective, findings);
    }

    /** What is left of the flags when nothing may be read from the master (DHTP section 11.4). */
    FlagCheck forDiode(boolean strict) {
        List<Finding> all = new ArrayList<>(findings);
        if (!effective.has(LinkFlag.WRITABLE)) {
            all.add(new Finding(Severity.ERROR, "diode mode without WRITABLE: nothing would ever be sent"));
        }
        for (LinkFlag answered : List.of(LinkFlag.USE_SSL, LinkFlag.USE_WEBSOCKET, LinkFlag.USE_PROXY)) {
            if (effective.has(answered)) {
                all.add(new Finding(
                        Severity.ERROR,
                        "diode mode with " + answered
                                + ": such a connection begins with an answer, which is not read"));
            }
        }
        Severity strange = strict ? Severity.ERROR : Severity.WARNING;
        if (!effective.has(LinkFlag.SYNC_SEND)) {
            all.add(new Finding(strange, "diode mode without SYNC_SEND: all data is sent on connect all the same"));
        }
        if (effective.has(LinkFlag.USE_BINARY)) {
            all.add(new Finding(
                    strange, "diode mode with USE_BINARY: the master cannot agree to it, so points are sent as text"));
        }
        LinkFlags kept = effective
                .without(
                        LinkFlag.READABLE,
                        LinkFlag.SYNC_RECV,
                        LinkFlag.SYNC_TIME,
                        LinkFlag.USE_BINARY,
                        LinkFlag.AUTHORITATIVE,
                        LinkFlag.OVERRIDE_TIME)
                .with(LinkFlag.SYNC_SEND);
        return new FlagCheck(kept, all);
    }

    private static LinkFlags keepOneSync(LinkFlags flags) {
        LinkFlag kept = switch (flags.sync()) {
            case TIME -> LinkFlag.SYNC_TIME;
            case RECEIVE -> LinkFlag.SYNC_RECV;
            case SEND -> LinkFlag.SYNC_SEND;
        };
        return flags.without(LinkFlag.SYNC_SEND, LinkFlag.SYNC_RECV, LinkFlag.SYNC_TIME)
                .with(kept);
    }

    private static LinkFlags dropWhatNeedsWritable(
            LinkFlags flags, LinkFlags effective, Severity strange, List<Finding> findings) {
        LinkFlags result = effective;
        if (flags.has(LinkFlag.SYNC_SEND)) {
            findings.add(new Finding(strange, "SYNC_SEND without WRITABLE makes no sense: SYNC_SEND is ignored"));
            result = result.without(LinkFlag.SYNC_SEND);
        }
        if (flags.has(LinkFlag.SYNC_TIME)) {
            findings.add(new Finding(strange, "SYNC_TIME without WRITABLE makes no sense: it is taken as SYNC_RECV"));
            result = result.without(LinkFlag.SYNC_TIME).with(LinkFlag.SYNC_RECV);
        }
        if (flags.has(LinkFlag.NON_AUTHORITATIVE)) {
            findings.add(new Finding(
                    strange, "NON_AUTHORITATIVE without WRITABLE makes no sense: NON_AUTHORITATIVE is ignored"));
            result = result.without(LinkFlag.NON_AUTHORITATIVE);
        }
        return result;
    }

    private static LinkFlags checkTls(LinkFlags flags, LinkFlags effective, boolean strict, List<Finding> findings) {
        boolean chain = flags.has(LinkFlag.VALIDATE_SSL);
        boolean host = flags.has(LinkFlag.VALIDATE_HOST);
        if (!flags.has(LinkFlag.USE_SSL)) {
            if ((chain || host) && strict) {
                findings.add(
                        new Finding(Severity.WARNING, "VALIDATE_SSL or VALIDATE_HOST without USE_SSL has no effect"));
            }
            return effective.without(LinkFlag.VALIDATE_SSL, LinkFlag.VALIDATE_HOST);
        }
        if (host && !chain) {
            findings.add(new Finding(
                    strict ? Severity.ERROR : Severity.WARNING,
                    "VALIDATE_HOST without VALIDATE_SSL: the host name is checked, the certificate chain is not"));
        }
        return effective;
    }

    private static LinkFlags checkProxy(LinkFlags flags, LinkFlags effective, boolean strict, List<Finding> findings) {
        if (flags.has(LinkFlag.USE_HTTP_CONNECT) && !flags.has(LinkFlag.USE_PROXY)) {
            if (strict) {
                findings.add(new Finding(Severity.WARNING, "USE_HTTP_CONNECT without USE_PROXY has no effect"));
            }
            return effective.without(LinkFlag.USE_HTTP_CONNECT);
        }
        if (flags.has(LinkFlag.USE_PROXY) && !flags.has(LinkFlag.USE_WEBSOCKET)) {
            boolean connect = flags.has(LinkFlag.USE_HTTP_CONNECT);
            findings.add(new Finding(
                    strict ? Severity.ERROR : Severity.WARNING,
                    connect
                            ? "USE_PROXY without USE_WEBSOCKET: the proxy is crossed with CONNECT"
                            : "USE_PROXY without USE_WEBSOCKET: the proxy is ignored"));
            return connect ? effective : effective.without(LinkFlag.USE_PROXY);
        }
        return effective;
    }

    /**
     * Tells whether the link must not run.
     *
     * @return true if a finding is an error
     */
    public boolean hasErrors() {
        for (Finding finding : findings) {
            if (finding.severity() == Severity.ERROR) {
                return true;
            }
        }
        return false;
    }
}
