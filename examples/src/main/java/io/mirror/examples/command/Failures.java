package io.mirror.examples.command;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.codec.dhtp.DhtpDecodeException;
import io.mirror.core.hub.HubFullException;
import io.mirror.transport.TransportException;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Turns failures into one line each. */
final class Failures {
    private Failures() {}

    /** Says what happened. Foreign text in a message cannot break the line or steer a terminal. */
    static String describe(Throwable failure) {
        Throwable real = unwrapped(failure);
        if (real instanceof CommandFailure
                || real instanceof TransportException
                || real instanceof ConfigurationException
                || real instanceof DhtpDecodeException
                || real instanceof HubFullException) {
            if (real.getCause() instanceof BindException) {
                return oneLine(real.getMessage() + bindHint(real.getCause()));
            }
            return oneLine(String.valueOf(real.getMessage()));
        }
        if (real instanceof IOException io) {
            return oneLine(describe(io));
        }
        return oneLine("internal error: " + real + "; run the command again with --debug and report what it prints");
    }

    private static String describe(IOException failure) {
        if (failure instanceof CharacterCodingException) {
            return "not UTF-8 text";
        }
        if (failure instanceof FileSystemException file) {
            String reason;
            if (failure instanceof NoSuchFileException) {
                reason = "no such file";
            } else if (failure instanceof AccessDeniedException) {
                reason = "permission denied";
            } else {
                reason = file.getReason() == null ? "cannot be read" : file.getReason();
            }
            return file.getFile() + ": " + reason;
        }
        return String.valueOf(failure.getMessage());
    }

    private static String bindHint(Throwable cause) {
        return String.valueOf(cause.getMessage()).contains("in use")
                ? "; stop what listens there, or choose another address with --listen"
                : "; choose an address of this machine with --listen, or 0.0.0.0 for all";
    }

    static Throwable unwrapped(Throwable failure) {
        Throwable real = failure;
        while ((real instanceof CompletionException || real instanceof ExecutionException) && real.getCause() != null) {
            real = real.getCause();
        }
        return real;
    }

    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\r' || c == '\t') {
                line.append(' ');
            } else if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                line.append("\\u").append(String.format(java.util.Locale.ROOT, "%04x", c));
            } else {
                line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
