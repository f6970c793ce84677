package io.mirror.examples.command.scsp;

import io.mirror.core.access.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lines {@code user:password} in a file that only its owner may read. */
final class AdminsFile {
    private AdminsFile() {}

    static Map<String, Secret> read(Path file) throws IOException {
        for (PosixFilePermission permission : Files.getPosixFilePermissions(file)) {
            if (permission != PosixFilePermission.OWNER_READ && permission != PosixFilePermission.OWNER_WRITE) {
                throw new IOException(file + " holds passwords: chmod 600 it");
            }
        }
        Map<String, Secret> admins = new LinkedHashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(':');
            if (colon < 1) {
                throw new IOException(file + ": line " + (i + 1) + " is not user:password");
            }
            admins.put(line.substring(0, colon), Secret.of(line.substring(colon + 1)));
        }
        if (admins.isEmpty()) {
            throw new IOException(file + ": no line user:password");
        }
        return admins;
    }
}
