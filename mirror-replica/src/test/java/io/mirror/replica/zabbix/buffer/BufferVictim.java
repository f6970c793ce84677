package io.mirror.replica.zabbix.buffer;

import io.mirror.codec.zabbix.HistoryRow;
import io.mirror.replica.zabbix.exchange.HistoryBuffer;
import java.io.File;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A process that writes values until it is killed, and prints the number of each that is durable. */
final class BufferVictim {
    private BufferVictim() {}

    /** Where the classes of a victim are; tests run on a module path that this process need not know. */
    static String classPath() throws Exception {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> type : List.of(BufferVictim.class, DurableHistoryBuffer.class, HistoryRow.class)) {
            CodeSource source = type.getProtectionDomain().getCodeSource();
            places.add(Path.of(source.getLocation().toURI()).toString());
        }
        // Test classes may be patched into the module; then both have one place.
        places.add(Path.of("target", "test-classes").toAbsolutePath().toString());
        return String.join(File.pathSeparator, places);
    }

    /**
     * Runs until it is killed.
     *
     * @param args the directory of the buffer
     */
    public static void main(String[] args) throws Exception {
        try (HistoryBuffer buffer = DurableHistoryBuffer.builder(Path.of(args[0]))
                .memoryAge(Duration.ZERO)
                .reserve(0)
                .open()) {
            System.out.println(buffer.session());
            for (int i = 0; ; i++) {
                long id = buffer.append(HistoryRow.of(0, i, 1, 1, "value of " + i));
                System.out.println(i < 50 ? Long.toString(id) : id + ";");
                System.out.flush();
            }
        }
    }
}
