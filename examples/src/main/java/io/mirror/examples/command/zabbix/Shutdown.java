package io.mirror.examples.command.zabbix;

import java.util.concurrent.CountDownLatch;

/** Keeps a command running until the process is told to end, and the process until the command has tidied up. */
final class Shutdown implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch tidied = new CountDownLatch(1);

    Shutdown() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            asked.countDown();
                            try {
                                tidied.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        "zabbix-stop"));
    }

    void await() throws InterruptedException {
        asked.await();
    }

    /** Lets the process end. */
    @Override
    public void close() {
        tidied.countDown();
    }
}
