package io.mirror.codec.dhtp;

import io.mirror.core.command.Command;
import io.mirror.core.point.Timestamp;
import java.util.Arrays;
import java.util.List;

/** Writes commands and replies as text lines (DHTP sections 3 and 5): names and texts quoted, numbers bare. */
final class CommandWriter {
    private CommandWriter() {}

    /** Appends the line with its LF. */
    static void write(Command command, LineBuilder line) {
        line.octet('(');
        if (!session(command, line) && !points(command, line)) {
            other(command, line);
        }
        line.octet(')').octet('\n');
    }

    private static boolean session(Command command, LineBuilder line) {
        if (command instanceof Command.Alive) {
            line.ascii("alive");
        } else if (command instanceof Command.AckSuccess c) {
            line.ascii("acksuccess").field(bit(c.on()));
        } else if (command instanceof Command.Auth c) {
            // The vendor's clients write no blank here.
            line.ascii("auth").quoted(c.user());
            password(c, line);
        } else if (command instanceof Command.Domain c) {
            text("domain", c.name(), line);
        } else if (command instanceof Command.Heartbeat c) {
            line.ascii("heartbeat").field(c.millis());
        } else if (command instanceof Command.Timeout c) {
            line.ascii("timeout").field(c.millis());
        } else if (command instanceof Command.SetAuthoritative c) {
            line.ascii("set_authoritative");
            String domain = c.domain();
            if (!domain.isEmpty()) {
                line.octet(' ').quoted(domain);
            }
            line.field(bit(c.sender()));
        } else if (command instanceof Command.Slave c) {
            text("slave", c.domain(), line);
            words(c.details(), line);
        } else if (command instanceof Command.TransmitInsignificant c) {
            line.ascii("transmit_insignificant").field(bit(c.on()));
        } else if (command instanceof Command.MirrorCaps c) {
            line.ascii("mirror_caps").field(c.version()).octet(' ').quoted(c.uuid());
            line.octet(' ').quoted(String.join(" ", c.items()));
        } else if (command instanceof Command.MirrorOpen c) {
            text("mirror_open", c.domain(), line).field(c.flags() & 0xFFFF_FFFFL);
        } else if (command instanceof Command.MirrorSync c) {
            text("mirror_sync", c.domain(), line).octet(' ').ascii(c.phase().keyword());
            line.field(c.count());
        } else if (command instanceof Command.MirrorDelta c) {
            delta(c, line);
        } else if (command instanceof Command.MirrorDigest c) {
            text("mirror_digest", c.domain(), line).octet(' ').ascii(c.part().keyword());
            c.words().forEach(word -> line.octet(' ').quoted(word));
        } else {
            return false;
        }
        return true;
    }

    private static void delta(Command.MirrorDelta command, LineBuilder line) {
        text("mirror_delta", command.domain(), line)
                .octet(' ')
                .ascii(command.step().keyword());
        switch (command.step()) {
            case HAS, NAMED, AT -> line.field(command.generation()).field(command.number());
            case NAMES -> command.names().forEach(name -> line.octet(' ').quoted(name));
            case ALL -> {}
        }
    }

    private static void password(Command.Auth auth, LineBuilder line) {
        char[] password = auth.password().copyChars();
        line.octet(' ').quoted(new String(password));
        Arrays.fill(password, '\0');
    }

    private static boolean points(Command command, LineBuilder line) {
        if (command instanceof Command.Report c) {
            text(c.create() ? "creport" : "report", c.point(), line);
        } else if (command instanceof Command.Unreport c) {
            text("unreport", c.point(), line);
        } else if (command instanceof Command.ReportDomain c) {
            text("report_domain", c.domain(), line).field(c.flags() & 0xFFFF_FFFFL);
        } else if (command instanceof Command.UnreportDomain c) {
            text("unreport_domain", c.domain(), line);
        } else if (command instanceof Command.Read c) {
            text(c.create() ? "cread" : "read", c.point(), line);
        } else if (command instanceof Command.Create c) {
            text("create", c.point(), line);
        } else if (command instanceof Command.SetValue c) {
            text((c.create() ? "c" : "") + (c.force() ? "force" : "set"), c.point(), line);
            line.octet(' ').quoted(c.value());
            if (c.confidence().isPresent()) {
                line.field(c.confidence().getAsInt());
            }
        } else if (command instanceof Command.Append c) {
            text("append", c.point(), line).octet(' ').quoted(c.text());
            time(c.time(), line);
        } else if (command instanceof Command.Calculate c) {
            text(c.operation().keyword(), c.point(), line).octet(' ');
            if (c.operand().integral()) {
                line.number(c.operand().integer());
            } else {
                line.real(c.operand().real());
            }
            time(c.time(), line);
        } else if (command instanceof Command.Lock c) {
            text("lock", c.point(), line).field(c.security()).field(bit(c.locked()));
        } else if (command instanceof Command.Secure c) {
            text("secure", c.point(), line).field(c.claimed()).field(c.level());
        } else if (command instanceof Command.SetCanonical c) {
            text("set_canonical", c.point(), line).octet(' ').word(c.type());
            line.ascii(c.force() ? " 1" : "");
        } else if (command instanceof Command.SetAccess c) {
            text("set_access", c.point(), line).octet(' ');
            line.ascii(c.read() ? "r" : "").ascii(c.write() ? "w" : "");
        } else {
            return false;
        }
        return true;
    }

    private static void other(Command command, LineBuilder line) {
        if (command instanceof Command.Success c) {
            text("success", c.keyword(), line);
            for (String argument : c.arguments()) {
                line.octet(' ').quoted(argument);
            }
        } else if (command instanceof Command.Failure c) {
            text("error", ErrorText.format(c), line);
        } else if (command instanceof Command.Model c) {
            line.word(c.keyword());
            words(c.arguments(), line);
        } else if (command instanceof Command.Configure c) {
            line.word(c.keyword());
            words(c.arguments(), line);
        } else if (command instanceof Command.Accepted c) {
            line.word(c.keyword());
        } else {
            throw new IllegalArgumentException(
                    "not a command to send: " + command.getClass().getSimpleName());
        }
    }

    private static LineBuilder text(String keyword, String text, LineBuilder line) {
        return line.ascii(keyword).octet(' ').quoted(text);
    }

    /** Arguments that were kept as texts; one that is a complete expression is written as such. */
    private static void words(List<String> arguments, LineBuilder line) {
        for (String argument : arguments) {
            line.octet(' ');
            if (argument.startsWith("(") && ExpressionReader.isExpression(argument)) {
                line.utf8(argument);
            } else {
                line.word(argument);
            }
        }
    }

    private static void time(Timestamp time, LineBuilder line) {
        if (!time.isUnstamped()) {
            line.field(time.seconds()).field(time.nanoseconds());
        }
    }

    private static int bit(boolean value) {
        return value ? 1 : 0;
    }
}
