package io.mirror.replica.scsp;

import io.mirror.replica.scsp.ObjectRecords.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the feeds still have to do, one small file for each object of a feed, forced before the object is changed. */
final class FeedNotes {
    private static final String NEW = ".new";
    private static final String DELETED = "D";
    private static final String BEGUN = ".begun";

    /** What is noted: the object, and the version at which it was deleted, or 0. */
    record Note(String key, long deletedVersion) {}

    private final Optional<Path> directory;

    FeedNotes(Optional<Path> directory) {
        this.directory = directory;
    }

    List<Note> load(int feed) throws IOException {
        List<Note> notes = new ArrayList<>();
        if (directory.isEmpty()) {
            return notes;
        }
        Path folder = Files.createDirectories(folder(directory.get(), feed));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String[] lines = Files.readString(file).split("\n", -1);
                String key = ObjectRecords.unescape(lines[0]);
                // A note that was cut off was never acknowledged: its object was not changed.
                if (lines.length == 3
                        && Hashes.sha256(key).equals(file.getFileName().toString())) {
                    notes.add(new Note(key, lines[1].startsWith(DELETED) ? Long.parseLong(lines[1].substring(1)) : 0));
                } else {
                    Files.delete(file);
                }
            }
        }
        return notes;
    }

    void write(int feed, String key, long deletedVersion) throws IOException {
        if (directory.isEmpty()) {
            return;
        }
        Path folder = folder(directory.get(), feed);
        String name = Hashes.sha256(key);
        if (deletedVersion == 0 && Files.exists(folder.resolve(name))) {
            // A deletion that is noted and a write that follows: the object is there, which is what counts.
            return;
        }
        replace(
                folder,
                name,
                ObjectRecords.escape(key) + "\n" + (deletedVersion == 0 ? "" : DELETED + deletedVersion) + "\n");
    }

    private static void replace(Path folder, String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Path fresh = file.resolveSibling(file.getFileName() + NEW);
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (octets.hasRemaining()) {
                out.write(octets);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        RecordFiles.forceDirectory(folder);
    }

    /** Tells whether a feed as it is configured now has looked through the store; without a directory nobody knows. */
    boolean isBegun(Feed feed) throws IOException {
        if (directory.isEmpty()) {
            return false;
        }
        Path file = directory.get().resolve(feed.id() + BEGUN);
        return Files.exists(file) && Files.readString(file).equals(fingerprint(feed));
    }

    /** Notes that a feed has looked through the store. */
    void begin(Feed feed) throws IOException {
        if (directory.isPresent()) {
            replace(directory.get(), feed.id() + BEGUN, fingerprint(feed));
        }
    }

    /** What makes it another feed: other objects, or another place for them. */
    private static String fingerprint(Feed feed) {
        return Hashes.sha256(feed.type() + "\n" + feed.cluster() + "\n" + feed.domains());
    }

    void remove(int feed, String key) throws IOException {
        if (directory.isPresent()) {
            Files.deleteIfExists(folder(directory.get(), feed).resolve(Hashes.sha256(key)));
        }
    }

    private static Path folder(Path directory, int feed) {
        return directory.resolve(Integer.toString(feed));
    }
}
