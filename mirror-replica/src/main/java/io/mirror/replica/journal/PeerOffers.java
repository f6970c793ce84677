package io.mirror.replica.journal;

import io.mirror.codec.journal.ReceiptLine;
import java.util.Optional;
import java.util.Set;

/** What is known of the receiver: nothing, that it is an original, or what it offers. Safe for several threads. */
final class PeerOffers {
    private volatile Optional<Set<String>> offers = Optional.empty();

    boolean isKnown() {
        return offers.isPresent();
    }

    boolean has(String word) {
        return offers.filter(set -> set.contains(word)).isPresent();
    }

    /** Takes note of the line behind an answer, or that there was none: an original. */
    void learn(Optional<ReceiptLine> receipt) {
        offers = Optional.of(receipt.map(line -> Set.copyOf(line.offers())).orElse(Set.of()));
    }

    /** The receiver did not do what it offered; another one may stand in its place now. */
    void forget() {
        offers = Optional.empty();
    }
}
