package io.mirror.transport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Where a place that somebody else names may lead. */
class TargetListTest {
    /** What a generous resolver makes of the names of the test. */
    private static List<InetAddress> lookUp(String name) throws UnknownHostException {
        return switch (name) {
            case "node.example", "xn--mnchen-3ya.example" -> List.of(InetAddress.getByName("192.0.2.1"));
            case "inner.example", "127.0.0.1.nip.example" -> List.of(InetAddress.getByName("127.0.0.1"));
            case "mapped.example" ->
                List.of(InetAddress.getByAddress(
                        new byte[] {0, 0x64, (byte) 0xFF, (byte) 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1}));
            case "localhost" -> List.of(InetAddress.getLoopbackAddress());
            default -> throw new UnknownHostException(name);
        };
    }

    private static TargetList.Builder list() {
        return TargetList.builder().resolver(TargetListTest::lookUp);
    }

    private static boolean allows(TargetList list, String host, int port) {
        try {
            InetSocketAddress address = list.resolve(host, port);
            assertThat(address.isUnresolved()).isFalse();
            assertThat(address.getPort()).isEqualTo(port);
            return true;
        } catch (TargetRefusedException | UnknownHostException e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    @Test
    @Tag("S-SSRF-1")
    void emptyListAllowsNothing() {
        for (String host : List.of("192.0.2.1", "node.example", "2001:db8::1", "localhost", "127.0.0.1")) {
            assertThat(allows(TargetList.NONE, host, 80)).as(host).isFalse();
        }
    }

    @Test
    @Tag("S-SSRF-1")
    void hostAndPortHaveToMatch() throws IOException {
        TargetList list = list().allow("node.example", 80)
                .allow("198.51.100.0/24", 8000, 8010)
                .allow("2001:db8::/32", 80)
                .build();
        assertThat(list.resolve("Node.Example", 80)).isEqualTo(new InetSocketAddress("192.0.2.1", 80));
        assertThat(allows(list, "node.example", 81)).isFalse();
        assertThat(allows(list, "192.0.2.1", 80)).isFalse();
        assertThat(allows(list, "198.51.100.7", 8000)).isTrue();
        assertThat(allows(list, "198.51.100.7", 8010)).isTrue();
        assertThat(allows(list, "198.51.100.7", 8011)).isFalse();
        assertThat(allows(list, "198.51.101.7", 8000)).isFalse();
        assertThat(allows(list, "2001:db8:1::5", 80)).isTrue();
        assertThat(allows(list, "2001:db9::5", 80)).isFalse();
        assertThat(allows(list().allow("192.0.2.0/24", 80).build(), "node.example", 80))
                .isTrue();
    }

    @Test
    @Tag("S-SSRF-2")
    void noSpellingReachesWhatIsNotListedByItsAddress() {
        TargetList wide = list().allow("*", 1, 65_535)
                .allow("inner.example", 80)
                .allow("mapped.example", 80)
                .allow("127.0.0.1.nip.example", 80)
                .build();
        List<String> spellings = new ArrayList<>(List.of(
                "127.0.0.1",
                "127.1",
                "127.0.1",
                "127.255.255.254",
                "2130706433",
                "0x7f000001",
                "0x7f.0.0.1",
                "0x7f.1",
                "017700000001",
                "0177.0.0.1",
                "0177.0.1",
                "127.0.0.01",
                "127.000.000.001",
                "127.0.0.1.",
                "127.0.0.0x1",
                "::1",
                "0:0:0:0:0:0:0:1",
                "::0001",
                "0000::1",
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "::FFFF:127.0.0.1",
                "0:0:0:0:0:ffff:127.0.0.1",
                "::127.0.0.1",
                "::7f00:1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2002:7f00:0001::1",
                "::1%lo",
                "::1%1",
                "fe80::1",
                "fe80::1%eth0",
                "fe80::a:b:c:d",
                "febf::1",
                "169.254.169.254",
                "169.254.0.1",
                "2852039166",
                "0xa9fea9fe",
                "0251.0376.0251.0376",
                "0xa9.0xfe.0xa9.0xfe",
                "169.254.43518",
                "169.16689662",
                "::ffff:169.254.169.254",
                "::ffff:a9fe:a9fe",
                "64:ff9b::a9fe:a9fe",
                "2002:a9fe:a9fe::",
                "169.254.169.254.",
                "0.0.0.0",
                "0",
                "0.0",
                "0x0",
                "00",
                "::",
                "0:0:0:0:0:0:0:0",
                "::ffff:0.0.0.0",
                "::0.0.0.0",
                "0.1.2.3",
                "255.255.255.255",
                "4294967295",
                "0xffffffff",
                "::ffff:255.255.255.255",
                "224.0.0.1",
                "239.255.255.250",
                "0xe0000001",
                "ff02::1",
                "ff0e::1",
                "::ffff:224.0.0.1",
                "64:ff9b::e000:1",
                "inner.example",
                "mapped.example",
                "127.0.0.1.nip.example",
                "localhost",
                "localhost.",
                "LOCALHOST",
                "\u2488\u24db\u24de",
                "\uff11\uff12\uff17.0.0.1",
                "127\u30020\u30020\u30021",
                "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3",
                "[::1]",
                "127.0.0.1:80",
                "127.0.0.1/8",
                "user@127.0.0.1",
                "127.0.0.1#x",
                " 127.0.0.1",
                "127.0.0.1\u0000.example",
                "",
                ".",
                "-"));
        assertThat(spellings).hasSizeGreaterThanOrEqualTo(80);
        for (String spelling : spellings) {
            assertThat(allows(wide, spelling, 80)).as(spelling).isFalse();
        }
        assertThat(allows(wide, "192.0.2.1", 80)).isTrue();
        assertThat(allows(wide, "node.example", 80)).isTrue();
        assertThat(allows(wide, "xn--mnchen-3ya.example", 80)).isTrue();
        assertThat(allows(wide, "2001:db8::1", 80)).isTrue();
    }

    @Test
    @Tag("S-SSRF-2")
    void specialAddressesNeedAnEntryOfTheirKind() {
        assertThat(allows(list().allow("127.0.0.1", 80).build(), "127.0.0.1", 80))
                .isTrue();
        assertThat(allows(list().allow("127.0.0.0/8", 80).build(), "127.9.9.9", 80))
                .isTrue();
        assertThat(allows(list().allow("::1", 80).build(), "::1", 80)).isTrue();
        assertThat(allows(list().allow("127.0.0.1", 80).build(), "inner.example", 80))
                .isTrue();
        assertThat(allows(list().allow("localhost", 80).build(), "localhost", 80))
                .isTrue();
        assertThat(allows(list().allow("0.0.0.0/0", 80).build(), "127.0.0.1", 80))
                .isFalse();
        assertThat(allows(list().allow("inner.example", 80).build(), "inner.example", 80))
                .isFalse();
    }

    @Test
    @Tag("S-SSRF-3")
    void theAnswerIsTheAddressThatWasJudged() throws IOException {
        List<String> asked = new ArrayList<>();
        TargetList list = TargetList.builder()
                .allow("turning.example", 80)
                .resolver(name -> {
                    asked.add(name);
                    return List.of(InetAddress.getByName(asked.size() % 2 == 1 ? "192.0.2.1" : "127.0.0.1"));
                })
                .build();
        InetSocketAddress judged = list.resolve("turning.example", 80);
        assertThat(judged.isUnresolved()).isFalse();
        assertThat(judged.getAddress().getHostAddress()).isEqualTo("192.0.2.1");
        assertThat(asked).hasSize(1);
        assertThatThrownBy(() -> list.resolve("turning.example", 80))
                .isInstanceOf(TargetRefusedException.class)
                .hasMessageContaining("127.0.0.1");
    }

    @Test
    @Tag("S-SSRF-5")
    void whatTheHostHasConfiguredIsRightWhereverItLeads() throws IOException {
        TargetList list = TargetList.builder()
                .trust("Inner.example", 80)
                .trust("127.1", 81)
                .trust("::1", 82)
                .resolver(name -> List.of(InetAddress.getByName(name.equals("INNER.example") ? "127.0.0.1" : name)))
                .build();
        assertThat(list.resolve("INNER.example", 80)).isEqualTo(new InetSocketAddress("127.0.0.1", 80));
        assertThat(list.resolve("127.1", 81)).isEqualTo(new InetSocketAddress("127.0.0.1", 81));
        assertThat(list.resolve("::1", 82)).isEqualTo(new InetSocketAddress("::1", 82));
        // In that spelling and with that port only.
        assertThat(allows(list, "inner.example", 81)).isFalse();
        assertThat(allows(list, "inner.example.", 80)).isFalse();
        assertThat(allows(list, "127.0.0.1", 81)).isFalse();
        assertThat(allows(list, "0:0:0:0:0:0:0:1", 82)).isFalse();
    }

    @Test
    void entriesAreChecked() {
        assertThatThrownBy(() -> list().allow("node.example", 0)).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> list().trust("node.example", 65_536)).hasMessageContaining("1 to 65535");
        assertThatThrownBy(() -> list().allow("node.example", 9, 8)).hasMessageContaining("9 to 8");
        assertThatThrownBy(() -> list().allow("192.0.2.1/24", 80)).hasMessageContaining("bits set behind");
        assertThatThrownBy(() -> list().allow("0x7f.1", 80)).hasMessageContaining("neither a name");
        assertThatThrownBy(() -> list().allow("node.example/24", 80)).hasMessageContaining("neither a name");
        assertThat(list().allow("node.example", 80).build()).hasToString("TargetList[1 entries]");
    }
}
