package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Right;
import io.mirror.core.command.Command;
import io.mirror.core.command.ReportFlags;
import io.mirror.core.hub.CanonicalType;
import io.mirror.core.hub.DomainModel;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointAttributes;
import io.mirror.core.hub.PointHub;
import io.mirror.core.point.PointValue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data model, metadata and attributes of points (DHTP sections 4.2, 5.5 and 5.6). */
class ModelExchangeTest {
    private final PointHub hub = LinkPair.hub(2);
    private final Client client = new Client(hub);

    private static Command.Model line(String keyword, String... arguments) {
        return new Command.Model(keyword, List.of(arguments));
    }

    private static List<String> keywords(DomainModel model) {
        return model.since(0).stream()
                .map(entry -> entry.fact() instanceof DomainModel.Line line
                        ? line.keyword() + " " + String.join(" ", line.arguments())
                        : entry.fact().toString())
                .toList();
    }

    @Test
    void theModelIsKeptInItsOrderAndRepeatedToWhoeverAsks() {
        client.say(line("assembly", "plant", "PID1"));
        client.say(line("private_attribute", "plant", "PID1", "Mv", "R8", "rw", "", "0"));
        client.say(line("instance", "plant", "PID1", "PID1"));
        client.say(line("assembly", "plant", "PID1"));
        Client reader = new Client(hub);
        assertThat(reader.say(new Command.ReportDomain("plant", ReportFlags.MIRROR | ReportFlags.MODEL)))
                .containsExactly(
                        "assembly plant PID1", "private_attribute plant PID1 Mv R8 rw  0", "instance plant PID1 PID1");
        client.say(line("subassembly", "plant", "A", "A.B", "B"));
        assertThat(reader.hear()).containsExactly("subassembly plant A A.B B");
        assertThat(client.hear()).isEmpty();
        assertThat(new Client(hub).reportDomain("plant")).as("did not ask").isEmpty();
    }

    @Test
    void metadataOfAPointIsMergedAndWrittenInTheVendorsOrder() {
        client.say(line("set_meta", "plant:tank.level", "6", "(eulo 0.0)", "(colour \"blue\")", "(desc \"Level\")"));
        client.say(line("set_meta", "plant:tank.level", "1", "(eu \"m\")", "(desc \"Level, tank 1\")"));
        Client reader = new Client(hub);
        assertThat(reader.say(new Command.ReportDomain("plant", ReportFlags.MIRROR | ReportFlags.META_INFO)))
                .containsExactly("set_meta plant:tank.level 7 (eu \"m\") (desc \"Level, tank 1\") (eulo 0.0)"
                        + " (colour \"blue\")");
        assertThat(reader.say(new Command.ReportDomain("plant", ReportFlags.MIRROR | ReportFlags.MODEL)))
                .hasSize(1);
    }

    @Test
    void attributesOfPointsBelongToTheModel() {
        hub.write("plant:p", PointValue.of(1));
        hub.point("plant:p").attributes(new PointAttributes(true, false, CanonicalType.R4, true));
        assertThat(client.say(new Command.ReportDomain("plant", ReportFlags.MIRROR | ReportFlags.MODEL)))
                .startsWith("create plant:p", "set_canonical plant:p R4 ARRAY", "set_access plant:p r");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aLinkMirrorsModelsBothWaysUnderTheDomainsOfEachSide(boolean natively) {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_RECV)
                .options(LinkOptions.builder()
                        .probe(natively)
                        .model(true)
                        .metadata(true)
                        .build());
        pair.master.hub.model("plant").put(new DomainModel.Line("assembly", List.of("M")), Origin.HOST);
        pair.slave.hub.model("local").put(new DomainModel.Line("assembly", List.of("S")), Origin.HOST);
        pair.slave.hub.model("local").put(new DomainModel.Metadata("p", 1, List.of("(eu \"m\")")), Origin.HOST);
        pair.open();
        assertThat(keywords(pair.slave.hub.model("local")))
                .contains("assembly M", "assembly S")
                .hasSize(3);
        assertThat(keywords(pair.master.hub.model("plant")))
                .contains("assembly M", "assembly S")
                .hasSize(3);
        pair.slave.write("p", 1, 10);
        pair.slave.point("p").attributes(PointAttributes.DEFAULT.withCanonical(CanonicalType.I4, false));
        pair.settle();
        assertThat(pair.master.point("p").attributes().canonical()).isEqualTo(CanonicalType.I4);
        pair.master.point("p").attributes(PointAttributes.DEFAULT.withAccess(true, false));
        pair.settle();
        assertThat(pair.slave.point("p").attributes().writable()).isFalse();
    }

    @Test
    void aLinkThatDoesNotMirrorModelsAsksForNone() {
        LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.SYNC_RECV);
        pair.master.hub.model("plant").put(new DomainModel.Line("assembly", List.of("M")), Origin.HOST);
        pair.open();
        assertThat(pair.slave.hub.model("local").since(0)).isEmpty();
    }

    @Test
    void aModelNeedsTheRightToWrite() {
        Client reader = new Client(
                hub,
                ConnectionAccess.withoutUsers((right, domain) -> right == Right.READ || right == Right.CONNECT),
                LinkOptions.defaults());
        hub.write("plant:p", PointValue.of(1));
        assertThat(reader.say(line("assembly", "plant", "A")).get(0)).startsWith("error -23");
        assertThat(reader.say(line("set_meta", "plant:p", "1", "(eu \"m\")")).get(0))
                .startsWith("error -23");
        assertThat(hub.model("plant").since(0)).isEmpty();
    }

    @Test
    void modelsAreBounded() {
        DomainModel model = hub.model("plant");
        String big = "x".repeat(DomainModel.MAX_CHARS / 2);
        assertThat(model.put(new DomainModel.Line("assembly", List.of(big)), Origin.HOST))
                .isTrue();
        assertThat(client.say(line("assembly", "plant", "a", big)).get(0)).contains("has no more room");
        for (int i = 1; i < DomainModel.MAX_ENTRIES; i++) {
            assertThat(model.put(new DomainModel.Line("assembly", List.of("a" + i)), Origin.HOST))
                    .isTrue();
        }
        assertThat(client.say(line("assembly", "plant", "one more")).get(0)).contains("has no more room");
        assertThat(client.say(line("set_meta", "plant:p", "x")).get(0)).startsWith("error -13");
        assertThat(client.say(line("set_meta", "plant:p")).get(0)).contains("Argument 2 is missing");
        assertThat(client.say(line("assembly")).get(0)).contains("Argument 1 is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1 2.4 \"3\"] | I4 | [1 2 3]",
                "[ 1   2] | R8 | [1.0 2.0]",
                "[] | R8 | []",
                "[1 \"a \\\"b\\\" \\\\\"] | BSTR | [\"1\" \"a \\\"b\\\" \\\\\"]",
                "[0 5 \"0\"] | BOOL | [0 1 0]"
            })
    void itemsOfAnArrayAreConvertedOneByOne(String written, String type, String kept) {
        hub.write("plant:a", PointValue.of("[]"));
        client.say(new Command.SetCanonical("plant:a", type + " ARRAY", false));
        client.set("plant:a", written);
        assertThat(hub.read("plant:a").orElseThrow().value()).isEqualTo(PointValue.of(kept));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "text", "[1 2", "1]", "[", "[1 x]", "[1 \"open]", "[300]", "[\"\\\"]"})
    void whatIsNoArrayOfTheTypeIsRefused(String written) {
        hub.write("plant:a", PointValue.of("[7]"));
        client.say(new Command.SetCanonical("plant:a", "I1 ARRAY", false));
        assertThat(client.set("plant:a", written).get(0)).startsWith("error -15");
        assertThat(hub.read("plant:a").orElseThrow().value()).isEqualTo(PointValue.of("[7]"));
    }

    @Test
    void anArrayGoesToAPeerOfThisLibraryOnly() {
        for (boolean natively : new boolean[] {true, false}) {
            LinkPair pair = new LinkPair(LinkFlag.READABLE, LinkFlag.WRITABLE, LinkFlag.SYNC_SEND)
                    .options(LinkOptions.builder().probe(natively).build());
            pair.slave.hub.write("local:a", PointValue.of("[1 2]"));
            pair.slave.point("a").attributes(PointAttributes.DEFAULT.withCanonical(CanonicalType.I4, true));
            pair.open();
            assertThat(pair.master.hub.read("plant:a").isPresent()).isEqualTo(natively);
            assertThat(pair.slave.session.counters().notSendable()).isEqualTo(natively ? 0 : 1);
            assertThat(pair.slave.session.state()).isEqualTo(LinkState.MIRRORING);
        }
    }
}
