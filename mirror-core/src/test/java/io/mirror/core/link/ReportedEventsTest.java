package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkTransfer.Direction;
import io.mirror.core.point.PointName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session tells its listener of, for who records it, and what it keeps links from changing. */
class ReportedEventsTest {
    private static final LinkFlags BY_TIME = LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_TIME);

    @Test
    void initialTransfersAreReportedOnBothSidesInBothDirections() {
        LinkPair pair = new LinkPair(BY_TIME);
        pair.master.write("a", 1, 10);
        pair.master.write("b", 2, 10);
        pair.slave.write("c", 3, 10);
        pair.open();
        assertThat(pair.master.events.ended)
                .containsExactlyInAnyOrder(
                        new LinkTransfer("plant", Direction.SENT, false, 2),
                        new LinkTransfer("plant", Direction.RECEIVED, false, 1));
        assertThat(pair.slave.events.ended)
                .containsExactlyInAnyOrder(
                        new LinkTransfer("local", Direction.SENT, false, 1),
                        new LinkTransfer("local", Direction.RECEIVED, false, 2));
        assertThat(pair.slave.events.begun).hasSize(2);
    }

    @Test
    void aTransferOfWhatChangedSaysSo() {
        LinkPair pair = new LinkPair(BY_TIME);
        pair.master.write("a", 1, 10);
        pair.open();
        pair.now += 2_000_000_000L;
        pair.master.session.tick(pair.now);
        pair.slave.session.tick(pair.now);
        pair.settle();
        pair.cut();
        pair.slave.events.ended.clear();
        pair.master.write("b", 2, 20);
        pair.open();
        assertThat(pair.slave.events.ended).contains(new LinkTransfer("local", Direction.RECEIVED, true, 1));
    }

    @Test
    void aTransferThatIsCutShortIsNotReportedAsEnded() {
        LinkPair pair = new LinkPair(BY_TIME);
        pair.slave.write("c", 3, 10);
        pair.connect();
        pair.master.session.opened(pair.now);
        pair.slave.session.opened(pair.now);
        pair.slave.output.writable = false;
        pair.settle();
        pair.cut();
        assertThat(pair.slave.events.begun).contains(new LinkTransfer("local", Direction.SENT, false, 1));
        assertThat(pair.slave.events.ended).doesNotContain(new LinkTransfer("local", Direction.SENT, false, 1));
    }

    @Test
    void eachRefusedMessageIsReportedNotOnlyTheFirstInTenSeconds() {
        Client client = new Client(LinkPair.hub(2));
        client.say(new Command.Report("plant:nosuch", false));
        client.say(new Command.Report("plant:nosuch", false));
        client.master.session.malformed("not an expression", client.now);
        assertThat(client.master.events.refusedInput)
                .containsExactly("report: Point does not exist", "report: Point does not exist", ": not an expression");
        assertThat(client.master.session.counters().refused()).isEqualTo(2);
        assertThat(client.master.session.counters().malformed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$link:hub.points", "$other:x"})
    void aLinkReadsWhatAHubPublishesOfItselfAndNeverChangesIt(String name) {
        PointHub hub = LinkPair.hub(2);
        hub.point(name).write(5);
        Client client = new Client(hub);
        String domain = PointName.parse(name).domain();
        assertThat(client.set(name, "7")).singleElement().asString().contains("-23");
        assertThat(client.cwrite(name, 7)).singleElement().asString().contains("-23");
        assertThat(client.cwrite(domain + ":new", 7)).singleElement().asString().contains("-23");
        assertThat(client.say(new Command.Create(domain + ":new")))
                .singleElement()
                .asString()
                .contains("-23");
        assertThat(hub.snapshot(domain)).hasSize(1);
        assertThat(hub.read(name).orElseThrow().value()).hasToString("5");
        assertThat(client.reportDomain(domain)).singleElement().asString().contains(name);
    }

    @Test
    void theNamesOfReservedDomainsBeginWithADollar() {
        assertThat(List.of("$link", "$")).allMatch(PointName::isReserved);
        assertThat(List.of("plant", "a$", "link")).noneMatch(PointName::isReserved);
    }
}
