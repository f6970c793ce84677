package io.mirror.sockmux;

import io.mirror.transport.TransportException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Opens named pipes and devices, and nothing else (SockMux section 13, carrier notes). */
final class Fifos {
    private static final int TYPE = 0170000;
    private static final int FIFO = 0010000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int ROOT = 0;

    private Fifos() {}

    /** Opens for reading and writing: so opening never waits for the other side, and its end is never seen. */
    static FileChannel open(Path path) {
        Object before = check(path);
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new TransportException("cannot open " + path + ": " + e.getMessage(), e);
        }
        try {
            if (!before.equals(check(path))) {
                throw new TransportException(path + " was replaced while it was being opened");
            }
        } catch (TransportException e) {
            close(channel);
            throw e;
        }
        return channel;
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException nothingWasWritten) {
            return;
        }
    }

    private static Object check(Path path) {
        Map<String, Object> attributes;
        int self;
        try {
            attributes = Files.readAttributes(path, "unix:mode,uid,fileKey,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
            self = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (NoSuchFileException e) {
            throw new TransportException(path + " does not exist; make it with: mkfifo " + path, e);
        } catch (IOException | UnsupportedOperationException e) {
            throw new TransportException("cannot look at " + path + ": " + e.getMessage(), e);
        }
        int type = (Integer) Objects.requireNonNull(attributes.get("mode")) & TYPE;
        if (type != FIFO && type != CHARACTER_DEVICE) {
            throw new TransportException(path + " is neither a named pipe nor a device");
        }
        int owner = (Integer) Objects.requireNonNull(attributes.get("uid"));
        if (owner != self && owner != ROOT) {
            throw new TransportException(path + " belongs to another user (uid " + owner + ")");
        }
        return Objects.requireNonNull(attributes.get("fileKey"));
    }

    /** Dials a tunnel over one pipe for each direction; both may be the same device. */
    static void dial(TunnelEnd end, Path in, Path out) {
        String name = in.equals(out) ? in.toString() : in + " and " + out;
        FileChannel input = null;
        FileChannel output = null;
        try {
            input = open(in);
            // Twice for a single device: a read that waits would keep the writer waiting, too.
            output = open(out);
        } catch (TransportException e) {
            if (input != null) {
                close(input);
            }
            end.ended(name, String.valueOf(e.getMessage()));
            return;
        }
        FileChannel reading = input;
        FileChannel writing = output;
        new StreamCarrier(
                        end.loop(),
                        end.settings().bounds(),
                        name,
                        !in.equals(out),
                        Channels.newInputStream(reading),
                        Channels.newOutputStream(writing),
                        () -> {
                            close(reading);
                            close(writing);
                        },
                        end::newLink)
                .start();
    }
}
