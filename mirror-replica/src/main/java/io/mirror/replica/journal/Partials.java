package io.mirror.replica.journal;

import io.mirror.replica.internal.file.FileStore;
import io.mirror.replica.internal.file.PieceWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Pieces of which a part has arrived: the sender goes on where its last connection ended, also after a restart. */
final class Partials {
    /** Most pieces of which a part is kept; the oldest is forgotten. */
    static final int MAX_PIECES = 16;

    private static final String SUFFIX = ".part";

    private final FileStore store;
    private final Path directory;
    private final Deque<String> names = new ArrayDeque<>();
    private final Map<String, Runnable> active = new HashMap<>();

    Partials(FileStore store, Path directory) throws IOException {
        this.store = store;
        this.directory = directory;
        for (String name : store.list(directory)) {
            if (name.endsWith(SUFFIX)) {
                names.add(name);
            }
        }
    }

    /**
     * Names the file of a piece: only the same piece of the same length has it. Its digest is not known while its
     * sender still takes it over; that other data was sent under the same number is noticed when it is complete.
     */
    static String name(String id, long length) {
        byte[] text = (id + " " + length).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(RouteStore.sha256().digest(text), 0, 16) + SUFFIX;
    }

    /**
     * Opens a piece at its end. The scan takes what is there already.
     *
     * @param giveUp ends the connection, called when the sender comes with the piece on another one
     * @throws IOException also if another connection has the piece, which is ended then: the next attempt goes on
     */
    synchronized PieceWriter open(String name, long length, PieceScan scan, Runnable giveUp) throws IOException {
        Runnable other = active.get(name);
        if (other != null) {
            other.run();
            throw new IOException("an earlier connection with the same piece is being closed");
        }
        active.put(name, giveUp);
        try {
            names.remove(name);
            names.add(name);
            while (names.size() > MAX_PIECES) {
                String oldest = names.remove();
                if (!active.containsKey(oldest)) {
                    store.delete(directory.resolve(oldest));
                }
            }
            Path file = directory.resolve(name);
            if (store.exists(file)) {
                PieceWriter writer = PieceWriter.resume(store, file, scan::take);
                if (writer.length() <= length) {
                    return writer;
                }
                writer.close();
                scan.restart();
            }
            return new PieceWriter(store, file);
        } catch (IOException | RuntimeException e) {
            active.remove(name);
            throw e;
        }
    }

    /** Gives a piece free for the next connection. */
    synchronized void release(String name) {
        active.remove(name);
    }
}
