package io.mirror.examples.command;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import io.mirror.core.point.PointValue;
import io.mirror.core.point.Quality;
import io.mirror.core.point.Timestamp;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes one point of a master. */
@Command(
        name = "write",
        description = "Write one point of a master, creating it if it is absent. The master stamps it.",
        footer = {
            "",
            "ADDRESS is host, host:port or [v6-address]:port, with tls:// before it for TLS,",
            "ws:// or wss:// for WebSocket, which may have a /path behind it; the port is",
            "4502, 4503 with TLS, 80 with ws:// and 443 with wss://, unless given.",
            "",
            "Examples:",
            "  mirror write localhost plant:tank.level 43.25",
            "  mirror write localhost plant:valve.open 1",
            "  mirror write localhost plant:batch 0042 --type string",
            "  mirror write localhost plant:offset -- -5",
        })
final class WriteCommand implements Callable<Integer> {
    /** Types as they are written on the command line. */
    enum Type {
        STRING,
        REAL,
        INTEGER;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    CommandSpec spec;

    @Mixin
    Connection connection;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "string, real or integer. Without it: integer if VALUE is one, else real, else string.")
    @Nullable
    Type type;

    @Parameters(paramLabel = "ADDRESS", converter = Address.Converter.class, description = "Where the master listens.")
    Address address;

    @Parameters(paramLabel = "POINT", converter = PointNameConverter.class, description = "The point, as domain:name.")
    PointName point;

    @Parameters(paramLabel = "VALUE", description = "The value; put -- before a negative number.")
    String value;

    @Override
    public Integer call() throws IOException {
        PointValue parsed = parse();
        Point written = new Point(point, parsed, Quality.GOOD, Timestamp.UNSTAMPED);
        connection.ask(address, client -> client.write(written));
        Terminal.print(
                spec,
                point + " = " + PointLine.of(parsed) + " ("
                        + parsed.type().name().toLowerCase(Locale.ROOT) + ")");
        return 0;
    }

    private PointValue parse() {
        if (type == Type.STRING) {
            return PointValue.of(value);
        }
        if (type != Type.REAL) {
            try {
                return PointValue.of(Long.parseLong(value));
            } catch (NumberFormatException e) {
                if (type == Type.INTEGER) {
                    throw wrong("a 64-bit integer");
                }
            }
        }
        try {
            return PointValue.of(Double.parseDouble(value));
        } catch (NumberFormatException e) {
            if (type == Type.REAL) {
                throw wrong("a real number");
            }
            return PointValue.of(value);
        }
    }

    private ParameterException wrong(String wanted) {
        return new ParameterException(
                spec.commandLine(), "\"" + value + "\" is not " + wanted + ", which --type " + type + " asks for");
    }
}
