package io.mirror.examples.command.zabbix;

import io.mirror.codec.zabbix.Task;
import io.mirror.replica.zabbix.exchange.CommandExecutor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Carries out scripts of the server in a shell, one after another, because {@code EnableRemoteCommands=1} asks for it.
 * What is not a script for the proxy itself is refused.
 */
final class ShellCommands implements CommandExecutor, AutoCloseable {
    private static final int SCRIPT = 0;
    private static final int AGENT = 0;
    private static final int MAX_OUTPUT = 64 << 10;
    private static final List<String> ENVIRONMENT = List.of("PATH", "LANG", "TZ");

    private final int seconds;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread daemon = new Thread(task, "zabbix-commands");
        daemon.setDaemon(true);
        return daemon;
    });

    /**
     * Makes an executor.
     *
     * @param seconds how long a command may take
     */
    ShellCommands(int seconds) {
        this.seconds = seconds;
    }

    @Override
    public CompletionStage<Outcome> execute(Task.RemoteCommand command) {
        if (command.commandType() != SCRIPT || command.executeOn() == AGENT) {
            return CompletableFuture.completedFuture(
                    new Outcome(Task.FAILURE, "This proxy carries out scripts for itself only."));
        }
        try {
            return CompletableFuture.supplyAsync(() -> run(command.command()), thread);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Outcome run(String script) {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", script).redirectErrorStream(true);
        builder.environment().keySet().retainAll(ENVIRONMENT);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process.getInputStream()));
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                return new Outcome(Task.FAILURE, "Timeout while executing a shell script.");
            }
            return new Outcome(
                    process.exitValue() == 0 ? 0 : Task.FAILURE,
                    output.get(seconds, TimeUnit.SECONDS).stripTrailing());
        } catch (IOException e) {
            return new Outcome(Task.FAILURE, "Cannot execute: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome(Task.FAILURE, "The proxy is being shut down.");
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return new Outcome(Task.FAILURE, "The output of the script cannot be read.");
        }
    }

    private static String read(InputStream output) {
        try (output) {
            String text = new String(output.readNBytes(MAX_OUTPUT), StandardCharsets.UTF_8);
            // The script goes on even if nobody wants to know all of what it says.
            output.transferTo(java.io.OutputStream.nullOutputStream());
            return text;
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
