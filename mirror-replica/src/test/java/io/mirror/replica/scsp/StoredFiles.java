package io.mirror.replica.scsp;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The files of a {@link DirectoryStore}, for tests that damage them. */
final class StoredFiles {
    private StoredFiles() {}

    static Path record(Path root, String key) {
        String name = ObjectRecords.Hashes.sha256(key);
        return root.resolve(name.substring(0, 2)).resolve(name + RecordFiles.RECORD);
    }

    /** Changes one octet in the middle of the content of every object. */
    static void damageAll(Path root) throws IOException {
        for (Path record : ending(root, RecordFiles.RECORD)) {
            ObjectRecords.Stored stored = RecordFiles.readFile(record);
            if (stored.info().length() > 0) {
                damage(record, stored);
            }
        }
    }

    static void damage(Path root, String key) throws IOException {
        Path record = record(root, key);
        damage(record, RecordFiles.readFile(record));
    }

    private static void damage(Path record, ObjectRecords.Stored stored) throws IOException {
        Path file = content(record, stored);
        byte[] octets = Files.readAllBytes(file);
        int start = octets.length - (int) stored.info().length();
        octets[start + (octets.length - start) / 2] ^= 1;
        Files.write(file, octets);
    }

    /** Cuts the last octet off the content of an object. */
    static void cutOff(Path root, String key) throws IOException {
        Path record = record(root, key);
        try (FileChannel file =
                FileChannel.open(content(record, RecordFiles.readFile(record)), StandardOpenOption.WRITE)) {
            file.truncate(file.size() - 1);
        }
    }

    private static Path content(Path record, ObjectRecords.Stored stored) {
        return stored.isAlone() ? record : record.resolveSibling(stored.content());
    }

    /** The files with content that have a file of their own, committed or not. */
    static int contents(Path root) throws IOException {
        return ending(root, ".data").size();
    }

    private static List<Path> ending(Path root, String end) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> file.toString().endsWith(end)).toList();
        }
    }
}
