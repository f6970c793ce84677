package io.mirror.sockmux;

import io.mirror.core.point.Excerpt;
import io.mirror.transport.TransportException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A command whose standard input and output are the tunnel. The only class that may start a process: no shell, an
 * absolute path, and an environment of three variables.
 */
final class CommandCarrier {
    private static final Logger LOGGER = System.getLogger("io.mirror.sockmux");
    private static final Set<String> ENVIRONMENT = Set.of("PATH", "LANG", "TZ");
    private static final long KILL_SECONDS = 5;
    private static final int MAX_LOG_LINES = 1000;

    private CommandCarrier() {}

    /** Checks what the host has configured, before anything is started. */
    static void check(List<String> command) {
        if (command.isEmpty() || !Path.of(command.get(0)).isAbsolute()) {
            throw new TransportException("the command of a tunnel must have an absolute path, was "
                    + (command.isEmpty() ? "nothing" : Excerpt.of(command.get(0))));
        }
    }

    static void dial(TunnelEnd end, List<String> command) {
        String name = "command " + Excerpt.of(command.get(0));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().retainAll(ENVIRONMENT);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            end.ended(name, "cannot be started: " + Excerpt.of(String.valueOf(e.getMessage())));
            return;
        }
        Thread log = new Thread(() -> log(name, process), "mirror-tunnel-log");
        log.setDaemon(true);
        log.start();
        new StreamCarrier(
                        end.loop(),
                        end.settings().bounds(),
                        name,
                        true,
                        process.getInputStream(),
                        process.getOutputStream(),
                        () -> stop(process),
                        end::newLink)
                .start();
    }

    private static void log(String name, Process process) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            for (int i = 0; line != null; i++) {
                if (i < MAX_LOG_LINES) {
                    LOGGER.log(Level.INFO, "{0}: {1}", name, Excerpt.of(line));
                }
                line = lines.readLine();
            }
        } catch (IOException e) {
            // The process has gone, and its last words with it.
            return;
        }
    }

    /**
     * Not by way of the process itself, which would close its standard input first: a writer that is stuck there keeps
     * everybody waiting until the command is gone.
     */
    private static void stop(Process process) throws IOException, InterruptedException {
        process.toHandle().destroy();
        if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.toHandle().destroyForcibly();
            process.waitFor();
        }
        process.getInputStream().close();
        process.getErrorStream().close();
        process.getOutputStream().close();
    }
}
