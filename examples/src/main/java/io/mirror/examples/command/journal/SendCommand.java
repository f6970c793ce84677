package io.mirror.examples.command.journal;

import io.mirror.core.access.Secret;
import io.mirror.replica.journal.JournalSender;
import io.mirror.replica.journal.JournalSource;
import io.mirror.replica.journal.JournalTarget;
import io.mirror.replica.journal.SenderListener;
import io.mirror.transport.TlsOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Delivers one journal and its blobs. */
@Command(
        name = "send",
        description = "Deliver a journal and its blobs.",
        modelTransformer = SslArguments.MinusIsNoOption.class,
        footer = {
            "",
            "The arguments are those of bin/ssl:",
            "  host [-]port url [-]key journal blobdir interval [timeout [mirrordir ..]] [+]",
            "host with a / is a file with the address in its first line, read again for each",
            "connection. A - before the port switches the check of the certificate off. KEY",
            "is a file with the key in its first line, read again when it was changed; -TEXT",
            "is the key itself, which other users of the machine can see; - is standard",
            "input; an empty key sends nothing and fills the mirror directories only.",
            "journal or blobdir may be empty. interval is in seconds, timeout in minutes",
            "without anything to deliver (0: no limit). Each mirrordir gets every piece as a",
            "file named by the next number, and the links of blobs. + reports every failed",
            "attempt, not only another problem than before. The command stays in the",
            "foreground. What is taken over waits in JOURNAL.spool.",
            "",
            "Example:",
            "  mirror journal send office 443 8080/!replica key.txt db/journal db/blob/ 1"
        })
final class SendCommand implements Callable<Integer> {
    private static final int FEWEST = 7;

    /** Seconds or minutes. */
    private static final int MOST = 1_000_000;

    @Spec
    CommandSpec spec;

    @Mixin
    TlsArguments tls;

    @Option(names = "--spool", paramLabel = "DIR", description = "Holds what is taken over.")
    Path spool;

    @Option(names = "--reserve", paramLabel = "BYTES", description = "Space left free; 1 GiB or 5 %% by default.")
    Long reserve;

    @Option(names = "--rate", paramLabel = "BYTES", description = "Most bytes per second; no limit by default.")
    long rate;

    @Option(names = "--shift", paramLabel = "N", description = "Shift of each database file: cut between records.")
    List<Integer> shifts = List.of();

    @Option(names = "--compress", description = "Compress towards another mirror.")
    boolean compress;

    @Option(names = "--old-blobs", description = "The receiver is of before 2016.")
    boolean oldBlobs;

    @Option(names = "--no-extensions", description = "Send exactly what bin/ssl sends.")
    boolean original;

    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "See below.")
    List<String> words = List.of();

    @Override
    public Integer call() throws IOException, ExecutionException {
        SslArguments.refuseUnknownOptions(spec.commandLine(), words);
        List<String> arguments = new ArrayList<>(words);
        boolean verbose =
                !arguments.isEmpty() && arguments.get(arguments.size() - 1).equals("+");
        if (verbose) {
            arguments.remove(arguments.size() - 1);
        }
        SslArguments.count(
                spec.commandLine(),
                arguments,
                "host [-]port url [-]key journal blobdir interval [timeout [mirrordir ..]] [+]",
                FEWEST,
                Integer.MAX_VALUE);
        int port = SslArguments.port(spec.commandLine(), arguments.get(1));
        if (reserve != null && reserve < 0) {
            throw new ParameterException(spec.commandLine(), "a reserve of " + reserve + " bytes is negative");
        }
        JournalSource source = source(arguments);
        JournalSender.Builder sender = JournalSender.builder().listener(new Report(verbose));
        if (arguments.get(3).isEmpty()) {
            if (arguments.size() == FEWEST || arguments.size() == FEWEST + 1) {
                throw new ParameterException(spec.commandLine(), "an empty key needs a mirrordir");
            }
            return run(sender.mirrorOnly(source), "copying " + source.journal() + " to the mirror directories");
        }
        try (Secret key = SslArguments.key(arguments.get(3))) {
            JournalTarget target = target(arguments, port, key);
            return run(sender.deliver(source, target), "sending " + source.journal() + " to " + target);
        }
    }

    private JournalTarget target(List<String> arguments, int port, Secret key) {
        Optional<TlsOptions> options = tls.options(spec.commandLine(), arguments.get(1));
        JournalTarget target = JournalTarget.of(
                arguments.get(0),
                port,
                arguments.get(2),
                key,
                options.orElseGet(() -> TlsOptions.builder().build()));
        if (!arguments.get(3).startsWith("-")) {
            target = target.withKeyFile(Path.of(arguments.get(3)));
        }
        target = options.isEmpty() ? target.withoutTls() : target;
        target = original ? target.withoutExtensions() : target.withCompression(compress);
        return target.withBlobsToTheEnd(oldBlobs);
    }

    private int run(JournalSender.Builder builder, String what) throws ExecutionException {
        try (JournalSender sender = builder.start()) {
            print(spec.commandLine().getOut(), what);
            sender.inactive().toCompletableFuture().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return 0;
    }

    private static void print(PrintWriter out, String line) {
        out.println(line.replaceAll("\\p{Cntrl}", " "));
        out.flush();
    }

    /** Says what fails: each attempt, as + asks for, or what is another problem than the one before. */
    private final class Report implements SenderListener {
        private final boolean each;
        private String last = "";

        Report(boolean each) {
            this.each = each;
        }

        @Override
        public synchronized void onProblem(JournalSource source, Path file, String problem) {
            String line = "mirror: " + file + ": " + problem;
            if (each || !line.equals(last)) {
                print(spec.commandLine().getErr(), line);
            }
            last = line;
        }
    }

    private JournalSource source(List<String> arguments) {
        String journal = arguments.get(4);
        String blobs = arguments.get(5);
        if (journal.isEmpty() && blobs.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "journal and blobdir are both empty");
        }
        Path base = Path.of(journal.isEmpty() ? blobs : journal);
        Path place = spool != null ? spool : base.resolveSibling(base.getFileName() + ".spool");
        // Without a journal there are blobs only; nobody writes to the file that stands for it.
        JournalSource.Builder source =
                JournalSource.builder(journal.isEmpty() ? place.resolve("no-journal") : base, place);
        if (!blobs.isEmpty()) {
            source.blobs(Path.of(blobs));
        }
        Duration interval = Duration.ofMillis((long) (number(arguments.get(6), "interval", 0.001) * 1000));
        source.interval(interval, interval.compareTo(Duration.ofMinutes(1)) > 0 ? interval : Duration.ofMinutes(1));
        if (arguments.size() > FEWEST) {
            double minutes = number(arguments.get(FEWEST), "timeout", 0);
            if (minutes > 0) {
                source.inactivity(Duration.ofMillis((long) (minutes * 60_000)));
            }
        }
        for (String mirror : arguments.subList(Math.min(FEWEST + 1, arguments.size()), arguments.size())) {
            source.mirror(Path.of(mirror));
        }
        if (!shifts.isEmpty()) {
            source.records(shifts, 64L << 20);
        }
        if (reserve != null) {
            source.reserve(reserve);
        }
        return source.bytesPerSecond(rate).build();
    }

    private double number(String word, String what, double least) {
        try {
            double value = Double.parseDouble(word);
            if (value >= least && value <= MOST) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw new ParameterException(spec.commandLine(), what + " '" + word + "' is no number", e);
        }
        throw new ParameterException(
                spec.commandLine(), what + " '" + word + "' is not from " + (least > 0 ? least : 0) + " to " + MOST);
    }
}
