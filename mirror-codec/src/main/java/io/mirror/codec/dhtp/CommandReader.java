package io.mirror.codec.dhtp;

import io.mirror.core.access.Secret;
import io.mirror.core.command.Command;
import io.mirror.core.command.Received;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Gives expressions their meaning: every command of DHTP section 5 but the point messages. */
final class CommandReader {
    private static final int MAX_SECURITY = 32767;
    private static final int MAX_CONFIDENCE = 100;

    private final DhtpLimits limits;

    CommandReader(DhtpLimits limits) {
        this.limits = limits;
    }

    /** Reads a message that is no point message. */
    Received read(Expression expression) {
        String keyword = expression.command();
        Arguments arguments = new Arguments(expression);
        Command command = command(keyword, arguments, expression);
        String problem = arguments.problem();
        if (problem != null) {
            command = new Command.Malformed(keyword, problem);
        }
        return new Received(command, keyword, quotable(keyword, expression));
    }

    /** The arguments that a reply may quote: never a password. */
    private static List<String> quotable(String keyword, Expression expression) {
        List<String> texts = Arguments.texts(expression);
        return keyword.equals("auth") && texts.size() > 1 ? texts.subList(0, 1) : texts;
    }

    private Command command(String keyword, Arguments in, Expression expression) {
        return switch (keyword) {
            case "acksuccess" -> new Command.AckSuccess(in.flag(1));
            case "auth" -> new Command.Auth(in.text(1), Secret.of(in.text(2)));
            case "domain" -> new Command.Domain(in.domain(1));
            case "heartbeat" -> new Command.Heartbeat(in.integer(1, 0, Long.MAX_VALUE));
            case "timeout" -> new Command.Timeout(in.integer(1, 0, Long.MAX_VALUE));
            case "alive" -> new Command.Alive();
            case "set_authoritative" -> setAuthoritative(in);
            case "slave" -> slave(in, expression);
            case "transmit_insignificant" -> new Command.TransmitInsignificant(in.flag(1));
            case "mirror_caps" -> mirrorCaps(in);
            case "mirror_open" -> new Command.MirrorOpen(in.domain(1), in.mask(2));
            case "mirror_sync" -> mirrorSync(in);
            case "mirror_delta" -> mirrorDelta(in);
            case "mirror_digest" -> mirrorDigest(in);
            case "success" -> success(in, expression);
            case "error" -> ErrorText.parse(in.text(1), limits);
            case "report_domain" -> new Command.ReportDomain(in.domain(1), in.mask(2));
            case "unreport_domain" -> new Command.UnreportDomain(in.domain(1));
            case "register_datahub",
                    "request_initial_data",
                    "domains",
                    "report_errors",
                    "format",
                    "report_all",
                    "report_datahub",
                    "ignore",
                    "request" -> new Command.Accepted(keyword);
            case "assembly",
                    "subassembly",
                    "private_attribute",
                    "property",
                    "instance",
                    "attribute",
                    "type",
                    "defaultprop",
                    "set_meta" -> new Command.Model(keyword, Arguments.texts(expression));
            case "mirror_master_2",
                    "mirror_master",
                    "tcp_service",
                    "enable_tcp_server",
                    "enable_mirror_master",
                    "enable_mirror_slave",
                    "create_domain" -> new Command.Configure(keyword, Arguments.texts(expression));
            default -> pointCommand(keyword, in);
        };
    }

    private static Command pointCommand(String keyword, Arguments in) {
        return switch (keyword) {
            case "report", "creport" -> new Command.Report(in.point(1), keyword.equals("creport"));
            case "unreport" -> new Command.Unreport(in.point(1));
            case "read", "cread" -> new Command.Read(in.point(1), keyword.equals("cread"));
            case "create" -> new Command.Create(in.point(1));
            case "set", "cset", "force", "cforce" -> setValue(keyword, in);
            case "append" -> new Command.Append(in.point(1), in.text(2), in.time(3));
            case "add" -> calculate(Command.Calculate.Operation.ADD, in);
            case "mult" -> calculate(Command.Calculate.Operation.MULTIPLY, in);
            case "div" -> calculate(Command.Calculate.Operation.DIVIDE, in);
            case "lock" -> new Command.Lock(in.point(1), (int) in.integer(2, 0, MAX_SECURITY), in.flag(3));
            case "secure" ->
                new Command.Secure(
                        in.point(1), (int) in.integer(2, 0, MAX_SECURITY), (int) in.integer(3, 0, MAX_SECURITY));
            case "set_canonical" -> new Command.SetCanonical(in.point(1), in.text(2), in.integer(3, 0, 1, 0) == 1);
            case "set_access" -> setAccess(in);
            default -> new Command.Unknown(keyword);
        };
    }

    private static Command setAuthoritative(Arguments in) {
        return in.count() > 1
                ? new Command.SetAuthoritative(in.domain(1), in.flag(2))
                : new Command.SetAuthoritative("", in.flag(1));
    }

    private static Command slave(Arguments in, Expression expression) {
        String domain = in.domain(1);
        List<String> texts = Arguments.texts(expression);
        return new Command.Slave(domain, texts.isEmpty() ? texts : texts.subList(1, texts.size()));
    }

    private static Command mirrorCaps(Arguments in) {
        String items = in.text(3).strip();
        return new Command.MirrorCaps(
                in.integer(1, 0, Long.MAX_VALUE), in.text(2), items.isEmpty() ? List.of() : List.of(items.split(" +")));
    }

    private static Command mirrorSync(Arguments in) {
        Command.MirrorSync.Phase[] phases = Command.MirrorSync.Phase.values();
        String[] words =
                Stream.of(phases).map(Command.MirrorSync.Phase::keyword).toArray(String[]::new);
        return new Command.MirrorSync(in.domain(1), phases[in.oneOf(2, words)], in.integer(3, 0, Long.MAX_VALUE));
    }

    private static Command mirrorDelta(Arguments in) {
        Command.MirrorDelta.Step[] steps = Command.MirrorDelta.Step.values();
        String[] words = Stream.of(steps).map(Command.MirrorDelta.Step::keyword).toArray(String[]::new);
        String domain = in.domain(1);
        Command.MirrorDelta.Step step = steps[in.oneOf(2, words)];
        return switch (step) {
            case HAS, NAMED, AT ->
                new Command.MirrorDelta(
                        domain,
                        step,
                        in.integer(3, Long.MIN_VALUE, Long.MAX_VALUE),
                        in.integer(4, 0, Long.MAX_VALUE),
                        List.of());
            case ALL -> new Command.MirrorDelta(domain, step, 0, 0, List.of());
            case NAMES -> new Command.MirrorDelta(domain, step, 0, 0, wordsFrom(3, in));
        };
    }

    private static List<String> wordsFrom(int first, Arguments in) {
        List<String> words = new ArrayList<>();
        for (int index = first; in.has(index); index++) {
            words.add(in.text(index));
        }
        return words;
    }

    private static Command mirrorDigest(Arguments in) {
        Command.MirrorDigest.Part[] parts = Command.MirrorDigest.Part.values();
        String[] words =
                Stream.of(parts).map(Command.MirrorDigest.Part::keyword).toArray(String[]::new);
        return new Command.MirrorDigest(in.domain(1), parts[in.oneOf(2, words)], wordsFrom(3, in));
    }

    private static Command success(Arguments in, Expression expression) {
        String keyword = in.text(1);
        List<String> texts = Arguments.texts(expression);
        return new Command.Success(keyword, texts.isEmpty() ? texts : texts.subList(1, texts.size()));
    }

    private static Command setValue(String keyword, Arguments in) {
        OptionalInt confidence =
                in.has(3) ? OptionalInt.of((int) in.integer(3, 0, MAX_CONFIDENCE)) : OptionalInt.empty();
        return new Command.SetValue(
                in.point(1), in.text(2), confidence, keyword.startsWith("c"), keyword.endsWith("force"));
    }

    private static Command calculate(Command.Calculate.Operation operation, Arguments in) {
        return new Command.Calculate(operation, in.point(1), in.operand(2), in.time(3));
    }

    private static Command setAccess(Arguments in) {
        String point = in.point(1);
        int rights = in.oneOf(2, "r", "w", "rw");
        return new Command.SetAccess(point, rights != 1, rights != 0);
    }
}
