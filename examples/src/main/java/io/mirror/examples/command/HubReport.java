package io.mirror.examples.command;

import io.mirror.core.link.LinkState;
import io.mirror.transport.dhtp.LinkListener;
import io.mirror.transport.dhtp.LinkStatus;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns what happens on links into lines; a link that fails again and again for one reason does not flood. */
final class HubReport {
    /** After the first failures in a row, every further one of this many is told. */
    private static final int QUIET_ATTEMPTS = 60;

    private final Consumer<String> lines;

    HubReport(Consumer<String> lines) {
        this.lines = lines;
    }

    void say(String text) {
        lines.accept(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + " " + text);
    }

    /** Hears of the connections that others make to us. */
    LinkListener ofListener(ListenAddress address) {
        return new LinkListener() {
            @Override
            public void stateChanged(String link, LinkState state) {
                if (state == LinkState.OPEN) {
                    say("client " + link + ": connected to " + address);
                } else if (state == LinkState.MIRRORING) {
                    say("client " + link + ": mirroring");
                }
            }

            @Override
            public void disconnected(String link, String cause) {
                say("client " + link + ": disconnected: " + cause);
            }

            @Override
            public void information(String link, String text) {
                say("client " + link + ": " + text);
            }

            @Override
            public void warning(String link, String text) {
                say("client " + link + ": warning: " + text);
            }

            @Override
            public void refused(String link, String text) {
                say("client " + link + ": refused: " + text);
            }
        };
    }

    /** Hears of a link that we keep up; {@code label} names it and {@code retryMillis} is the pause between attempts. */
    LinkListener ofLink(String label, long retryMillis) {
        return new OwnLink(label, retryMillis);
    }

    private final class OwnLink implements LinkListener {
        private final String label;
        private final long retryMillis;
        private int failures;
        private @Nullable String lastCause;

        OwnLink(String label, long retryMillis) {
            this.label = label;
            this.retryMillis = retryMillis;
        }

        @Override
        public void stateChanged(String link, LinkState state) {
            switch (state) {
                case OPEN -> say(label + ": connected");
                case MIRRORING -> {
                    failures = 0;
                    lastCause = null;
                    say(label + ": mirroring");
                }
                case DISABLED -> say(label + ": disabled by its flags");
                default -> {}
            }
        }

        @Override
        public void disconnected(String link, String cause) {
            failures++;
            boolean news = !cause.equals(lastCause);
            lastCause = cause;
            if (news) {
                say(label + ": down: " + cause + "; trying again every " + retryMillis + " ms");
            } else if (failures == LinkStatus.FAILING_ATTEMPTS || failures % QUIET_ATTEMPTS == 0) {
                say(label + ": FAILING, " + failures + " attempts: " + cause);
            }
        }

        @Override
        public void information(String link, String text) {
            say(label + ": " + text);
        }

        @Override
        public void warning(String link, String text) {
            say(label + ": warning: " + text);
        }

        @Override
        public void refused(String link, String text) {
            say(label + ": refused: " + text);
        }
    }
}
