package io.mirror.examples.command;

import io.mirror.core.link.LinkState;
import io.mirror.core.link.ReconnectPolicy;
import io.mirror.transport.dhtp.LinkListener;
import io.mirror.transport.dhtp.LinkStatus;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/** Turns what happens on links into lines; a link that fails again and again for one reason does not flood. */
final class HubReport {
    /** After the first failures in a row, every further one of this many is told. */
    private static final int QUIET_ATTEMPTS = 60;
    /** Different causes in a row of failures that are told when they come first. */
    private static final int MAX_CAUSES = 10;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

    private final Consumer<String> lines;

    HubReport(Consumer<String> lines) {
        this.lines = lines;
    }

    void say(String text) {
        lines.accept(TIME.format(LocalTime.now(ZoneId.systemDefault())) + " " + text);
    }

    /** Hears of the connections that others make to us. */
    LinkListener ofListener(String where) {
        return new LinkListener() {
            @Override
            public void stateChanged(String link, LinkState state) {
                if (state == LinkState.OPEN) {
                    say("client " + link + ": connected to " + where);
                } else if (state == LinkState.MIRRORING) {
                    say("client " + link + ": mirroring");
                }
            }

            @Override
            public void disconnected(String link, String cause) {
                say("client " + link + ": disconnected: " + cause);
            }

            @Override
            public void warning(String link, String text) {
                say("client " + link + ": warning: " + text);
            }

            @Override
            public void refused(String link, String text) {
                say("client " + link + ": " + text);
            }
        };
    }

    /**
     * Hears of a link that we keep up.
     *
     * @param label names it
     * @param retry when it is tried again
     * @param told warnings that need not be said again
     */
    LinkListener ofLink(String label, ReconnectPolicy retry, Set<String> told) {
        return new OwnLink(label, retry, told);
    }

    private final class OwnLink implements LinkListener {
        private final String label;
        private final ReconnectPolicy retry;
        private final Set<String> told;
        private final Set<String> causes = new HashSet<>();
        private int failures;

        OwnLink(String label, ReconnectPolicy retry, Set<String> told) {
            this.label = label;
            this.retry = retry;
            this.told = told;
        }

        @Override
        public void stateChanged(String link, LinkState state) {
            switch (state) {
                case OPEN -> say(label + ": connected");
                case MIRRORING -> {
                    failures = 0;
                    causes.clear();
                    say(label + ": mirroring");
                }
                case DISABLED -> say(label + ": disabled by its flags");
                default -> {}
            }
        }

        @Override
        public void disconnected(String link, String cause) {
            failures++;
            if (causes.size() < MAX_CAUSES && causes.add(cause)) {
                say(label + ": down: " + cause + "; trying again " + retry);
            } else if (failures == LinkStatus.FAILING_ATTEMPTS || failures % QUIET_ATTEMPTS == 0) {
                say(label + ": FAILING, " + failures + " attempts: " + cause);
            }
        }

        @Override
        public void warning(String link, String text) {
            if (!told.contains(text)) {
                say(label + ": warning: " + text);
            }
        }

        @Override
        public void refused(String link, String text) {
            say(label + ": " + text);
        }
    }
}
