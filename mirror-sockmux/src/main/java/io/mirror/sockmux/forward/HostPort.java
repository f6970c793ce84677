package io.mirror.sockmux.forward;

import io.mirror.codec.sockmux.MuxAddress;
import io.mirror.core.point.Excerpt;
import io.netty.util.NetUtil;

/** The notation of hosts and ports in parameters. */
record HostPort(String host, int port) {
    private static final int MAX_HOST = 255;

    /** Reads {@code host:port}, or {@code host} alone if there is a default port. */
    static HostPort parse(String parameter, String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean onlyHost = colon < 0 || text.endsWith("]");
        if (onlyHost && defaultPort <= 0) {
            throw new TunnelParameterException(parameter, "host:port is missing; write for example 127.0.0.1:9000");
        }
        String host = onlyHost ? text : text.substring(0, colon);
        int port = onlyHost ? defaultPort : port(parameter, text.substring(colon + 1));
        if (!isHost(host)) {
            throw new TunnelParameterException(parameter, "\"" + Excerpt.of(host) + "\" is no host name or address");
        }
        return new HostPort(MuxAddress.host(host), port);
    }

    static int port(String parameter, String text) {
        boolean digits = !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = digits ? Integer.parseInt(text) : 0;
        if (port < 1 || port > 0xFFFF) {
            throw new TunnelParameterException(
                    parameter, "a port is a number from 1 to 65535, not \"" + Excerpt.of(text) + "\"");
        }
        return port;
    }

    private static boolean isHost(String host) {
        String plain = MuxAddress.host(host);
        boolean letters = plain.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z')
                        || (c >= 'A' && c <= 'Z')
                        || (c >= '0' && c <= '9')
                        || "-._:%".indexOf(c) >= 0);
        boolean v6 = host.startsWith("[") || plain.indexOf(':') >= 0 || plain.indexOf('%') >= 0;
        return letters && !plain.isEmpty() && plain.length() <= MAX_HOST && (!v6 || NetUtil.isValidIpV6Address(plain));
    }
}
