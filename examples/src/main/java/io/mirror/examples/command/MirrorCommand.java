package io.mirror.examples.command;

import io.mirror.examples.command.scsp.ScspCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code mirror} command: the library for people at a terminal, built from its public API only. */
@Command(
        name = "mirror",
        versionProvider = MirrorCommand.Version.class,
        description = "Keeps data on two machines the same: live points, tunnels, journals, objects.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            DmzCommand.class,
            HubCommand.class,
            WatchCommand.class,
            ReadCommand.class,
            WriteCommand.class,
            TunnelCommand.class,
            JournalCommand.class,
            ScspCommand.class,
            DecodeCommand.class
        },
        footer = {"", "Begin with:", "  mirror demo", "", "Exit codes: 0 ok, 1 failure, 2 wrong usage."})
public final class MirrorCommand implements Runnable {
    private static final int FAILURE = 1;
    private static final int USAGE = 2;
    /** Held strongly: the log manager forgets loggers, and their levels with them. */
    private static final Logger ROOT = Logger.getLogger("");

    /** True if the log of this process is ours to configure. */
    private final boolean ownProcess;

    @Spec
    CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show stack traces and the library's log.")
    boolean debug;

    private MirrorCommand(boolean ownProcess) {
        this.ownProcess = ownProcess;
    }

    /**
     * Runs the command and ends the process.
     *
     * @param args the words of the command line
     */
    public static void main(String[] args) {
        PrintWriter out = writer(FileDescriptor.out);
        PrintWriter err = writer(FileDescriptor.err);
        System.exit(run(new MirrorCommand(true), out, err, args));
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8));
    }

    /**
     * Runs the command within a program; the log stays as it is.
     *
     * @param out takes what the command has to say
     * @param err takes problems, one line each
     * @param args the words of the command line
     * @return 0 for success, 1 for a failure, 2 for wrong usage
     */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        return run(new MirrorCommand(false), out, err, args);
    }

    private static int run(MirrorCommand mirror, PrintWriter out, PrintWriter err, String... args) {
        CommandLine line = new CommandLine(mirror)
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setExecutionStrategy(parsed -> mirror.execute(parsed))
                .setParameterExceptionHandler((problem, words) -> usage(problem))
                .setExecutionExceptionHandler((problem, command, parsed) -> mirror.failure(problem, command));
        int code = line.execute(args);
        out.flush();
        err.flush();
        if (code == 0 && out.checkError()) {
            err.println("mirror: standard output was closed before everything was written");
            err.flush();
            return FAILURE;
        }
        return code;
    }

    private int execute(ParseResult parsed) {
        if (ownProcess) {
            configureLog();
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private void configureLog() {
        LogManager.getLogManager().reset();
        if (!debug) {
            ROOT.setLevel(Level.OFF);
            return;
        }
        ConsoleHandler handler = new ConsoleHandler();
        handler.setLevel(Level.FINE);
        ROOT.addHandler(handler);
        ROOT.setLevel(Level.INFO);
        Logger.getLogger("io.mirror").setLevel(Level.FINE);
    }

    private int failure(Exception problem, CommandLine command) {
        Terminal.problem(command.getCommandSpec(), Failures.describe(problem));
        if (debug) {
            problem.printStackTrace(command.getErr());
        }
        return FAILURE;
    }

    private static int usage(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        CommandSpec spec = command.getCommandSpec();
        String text = String.valueOf(problem.getMessage())
                .replaceFirst("^Invalid value for positional parameter at index \\d+ \\((\\w+)\\)", "$1");
        Terminal.problem(spec, text + "; see " + spec.qualifiedName() + " --help");
        return USAGE;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** Tells the version that Maven wrote into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = MirrorCommand.class.getPackage().getImplementationVersion();
            return new String[] {"mirror " + (version == null ? "(not packaged)" : version)};
        }
    }
}
