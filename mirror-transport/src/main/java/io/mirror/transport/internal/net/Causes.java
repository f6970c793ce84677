package io.mirror.transport.internal.net;

import io.mirror.core.point.Excerpt;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.NotSslRecordException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Says in one line what a failure means for a person who reads a status or a log. */
public final class Causes {
    private static final int MAX_DEPTH = 10;
    /** Where BoringSSL keeps something, and the line of it that failed: different each time, and nobody else's business. */
    private static final Pattern LIBRARY_INTERNALS =
            Pattern.compile("ssl=0x[0-9a-f]+: | \\([^() ]* 0x[0-9a-f]+:0x[0-9a-f]+\\)");

    private Causes() {}

    public static String describe(@Nullable Throwable failure) {
        if (failure == null) {
            return "unknown cause";
        }
        if (failure instanceof UnknownHostException) {
            return "unknown host " + text(failure) + ": check the name";
        }
        if (failure instanceof ConnectTimeoutException) {
            return "no answer in time: check address, port and firewall";
        }
        if (failure instanceof NoRouteToHostException) {
            return "no route to the host: check the network";
        }
        if (failure instanceof ConnectException) {
            return "connection refused: nothing listens there";
        }
        if (failure instanceof BindException) {
            return text(failure) + ": choose another port, or end the program that has it";
        }
        if (failure instanceof ClosedChannelException) {
            return "the connection was closed";
        }
        if (failure instanceof NotSslRecordException) {
            // Netty's message shows what was received, which may be a password.
            return "the other side does not speak TLS";
        }
        if (failure instanceof SSLException || failure instanceof CertificateException) {
            return describeTls(failure);
        }
        if (failure instanceof SocketException) {
            return "connection lost: " + text(failure);
        }
        return failure.getClass().getSimpleName() + ": " + text(failure);
    }

    /** The innermost message is the one that says what is wrong with a certificate. */
    private static String describeTls(Throwable failure) {
        Throwable inner = failure;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            Throwable cause = inner.getCause();
            if (cause == null) {
                break;
            }
            inner = cause;
        }
        String outermost = text(failure);
        String innermost = text(inner);
        return outermost.endsWith(innermost) ? outermost : outermost + " (" + innermost + ")";
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.getClass().getSimpleName();
        }
        if (failure instanceof SSLException) {
            message = LIBRARY_INTERNALS.matcher(message).replaceAll("").replace('\n', ' ');
        }
        return line(message);
    }

    /** Makes one harmless line of a text with foreign parts, of at most 256 characters before escaping. */
    public static String line(String message) {
        StringBuilder line = new StringBuilder();
        for (int from = 0; from < message.length() && from < 4 * Excerpt.MAX_CHARS; from += Excerpt.MAX_CHARS) {
            line.append(Excerpt.of(message.substring(from, Math.min(message.length(), from + Excerpt.MAX_CHARS))));
        }
        return line.toString();
    }
}
