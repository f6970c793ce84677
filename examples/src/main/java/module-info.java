import org.jspecify.annotations.NullMarked;

/** Programs to copy from, and the mirror command. Sees nothing of the library but what it exports. */
@NullMarked
module io.mirror.examples {
    requires com.fasterxml.jackson.core;
    requires info.picocli;
    requires io.mirror.codec;
    requires io.mirror.core;
    requires io.mirror.sockmux;
    requires io.mirror.replica;
    requires io.mirror.transport;
    requires java.logging;
    requires java.management;
    requires jdk.management;
    requires static org.jspecify;

    opens io.mirror.examples.command to
            info.picocli;
    opens io.mirror.examples.command.journal to
            info.picocli;
    opens io.mirror.examples.command.scsp to
            info.picocli;
    opens io.mirror.examples.command.zabbix to
            info.picocli;
}
