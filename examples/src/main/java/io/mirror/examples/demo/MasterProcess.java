package io.mirror.examples.demo;

import io.mirror.codec.dhtp.Expression;
import io.mirror.core.point.Point;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The second process, as the first one sees it. */
final class MasterProcess implements AutoCloseable {
    private static final int ANSWER_SECONDS = 30;

    private final Process process;
    private final PrintStream toMaster;
    /** Lines of the process; an empty optional says that there will be no more. */
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    private final int port;
    private volatile String lastError = "";

    private MasterProcess(Process process, String setup) {
        this.process = process;
        toMaster = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        start("master-lines", this::readLines);
        start("master-errors", this::readErrors);
        toMaster.println(setup);
        port = (int) ControlLines.number(answer(ControlLines.READY), 1);
    }

    /** Starts a hub in a process of its own. Secrets go through its standard input. */
    static MasterProcess start(String domain, Path keyStore, String keyPassword, String userPassword) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // On a module path, as in tests, the same jars serve as class path.
        String classPath = Stream.of("java.class.path", "jdk.module.path")
                .map(System::getProperty)
                .filter(path -> path != null && !path.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
        try {
            Process process = new ProcessBuilder(
                            java,
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            classPath,
                            DemoMaster.class.getName())
                    .start();
            try {
                return new MasterProcess(
                        process, ControlLines.write(ControlLines.SETUP, domain, keyStore, keyPassword, userPassword));
            } catch (RuntimeException e) {
                process.destroyForcibly();
                throw e;
            }
        } catch (IOException e) {
            throw new DemoException("cannot start the master's process: " + e.getMessage(), e);
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Nobody reads the log of the process, except for its last line when it ends before its time. */
    private void readErrors() {
        try (BufferedReader in = reader(process.getErrorStream())) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lastError = line.isBlank() ? lastError : ": " + line.strip();
            }
        } catch (IOException e) {
            // The same as the end: the process is gone.
        }
    }

    private static BufferedReader reader(InputStream in) {
        return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    private void readLines() {
        try (BufferedReader in = reader(process.getInputStream())) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(Optional.of(line));
            }
        } catch (IOException e) {
            // The same as the end: the process is gone.
        } finally {
            lines.add(Optional.empty());
        }
    }

    long pid() {
        return process.pid();
    }

    int port() {
        return port;
    }

    /** Tells from when on changes count for the lag. */
    void measureFrom(long epochMicros) {
        toMaster.println(ControlLines.write(ControlLines.MEASURE, epochMicros));
    }

    MasterReport report(List<String> rows) {
        toMaster.println(ControlLines.write(ControlLines.REPORT, rows.toArray()));
        return ControlLines.readReport(answer(ControlLines.REPORT));
    }

    List<Point> snapshot() {
        toMaster.println(ControlLines.write(ControlLines.SNAPSHOT));
        long count = ControlLines.number(answer(ControlLines.SNAPSHOT), 1);
        List<Point> points = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            points.add(ControlLines.readPoint(nextLine()));
        }
        return points;
    }

    private Expression answer(String wanted) {
        Expression answer = ControlLines.read(nextLine());
        if (answer.command().equals(wanted)) {
            return answer;
        }
        if (answer.command().equals(ControlLines.FAILED)) {
            throw new DemoException("the master's process failed: " + ControlLines.text(answer, 1));
        }
        throw new DemoException("the master's process said something unexpected");
    }

    private String nextLine() {
        try {
            Optional<String> line = lines.poll(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new DemoException("the master's process " + pid() + " gives no answer");
            }
            return line.orElseThrow(
                    () -> new DemoException("the master's process " + pid() + " has ended" + lastError));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    /** Asks the process to end, and makes sure that it does. */
    @Override
    public void close() {
        toMaster.println(ControlLines.write(ControlLines.STOP));
        toMaster.close();
        try {
            if (!process.waitFor(3, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
