package io.mirror.examples.command;

import io.mirror.core.point.Point;
import io.mirror.core.point.PointName;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads one point of a master. */
@Command(
        name = "read",
        description = "Read one point of a master: time, name, value, quality.",
        footer = {
            "",
            "ADDRESS is host, host:port or [v6-address]:port, with tls:// before it for TLS,",
            "ws:// or wss:// for WebSocket, which may have a /path behind it; the port is",
            "4502, 4503 with TLS, 80 with ws:// and 443 with wss://, unless given.",
            "",
            "Examples:",
            "  mirror read localhost plant:tank.level",
            "  mirror read tls://gateway --ca ca.pem --user ops plant:tank.level"
        })
final class ReadCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec;

    @Mixin
    Connection connection;

    @Parameters(paramLabel = "ADDRESS", converter = Address.Converter.class, description = "Where the master listens.")
    Address address;

    @Parameters(paramLabel = "POINT", converter = PointNameConverter.class, description = "The point, as domain:name.")
    PointName point;

    @Override
    public Integer call() throws IOException {
        Point found = connection.ask(address, client -> client.read(point));
        Terminal.print(spec, PointLine.of(found));
        return 0;
    }
}
