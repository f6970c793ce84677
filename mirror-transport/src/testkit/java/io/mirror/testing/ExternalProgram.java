package io.mirror.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/**
 * A program of this machine that plays a peer. The test is skipped if it is not installed, or fails if
 * {@code -Dmirror.peers=required} says that this machine is to have them all.
 */
public final class ExternalProgram {
    private static final boolean REQUIRED = "required".equals(System.getProperty("mirror.peers"));

    private final Path path;

    private ExternalProgram(Path path) {
        this.path = path;
    }

    public record Result(int exitCode, String output) {}

    public static ExternalProgram find(String name, String debianPackage) {
        // Servers are not on the path of everybody.
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";
        for (String directory : path.split(File.pathSeparator)) {
            Path candidate = Path.of(directory, name);
            if (Files.isExecutable(candidate)) {
                return new ExternalProgram(candidate);
            }
        }
        return missing(name + " is not installed; install it with: apt-get install " + debianPackage);
    }

    /**
     * Ends a test that needs something of this machine that is not there: skips it, or fails it where all is required.
     *
     * @param what what is missing and how to get it
     */
    public static <T> T missing(String what) {
        if (REQUIRED) {
            throw new AssertionError(what + " (required by -Dmirror.peers=required)");
        }
        return Assumptions.abort(what);
    }

    /** Runs the program to its end with the given standard input; its output is both streams together. */
    public Result run(String input, Duration limit, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile("mirror-external", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            if (input.isEmpty()) {
                process.getOutputStream().close();
            }
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " did not end within " + limit + ":\n" + Files.readString(output));
            }
            return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** Starts the program, a server, in the foreground; closing the result ends it. */
    public Running start(Path log, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(path.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new Running(process, log);
    }

    /** A server that runs. */
    public record Running(Process process, Path log) implements AutoCloseable {
        /** Waits until something listens on a port of loopback; fails with the program's output if it ends before. */
        public void awaitPort(int port) throws IOException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (!listens(port)) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError("the program does not listen on port " + port + ":\n"
                            + Files.readString(log, StandardCharsets.ISO_8859_1));
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }

        private static boolean listens(int port) {
            try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return probe.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        }

        @Override
        public void close() {
            process.destroy();
            try {
                process.onExit().get(10, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                process.destroyForcibly();
            }
        }
    }
}
