package io.mirror.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.testing.TestPki;
import io.netty.pkitesting.X509Bundle;
import java.security.cert.CertificateException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("S-TLS-4")
class HostNamesTest {

    @ParameterizedTest
    @CsvSource({
        "hub.plant.test,     hub.plant.test,   true",
        "hub.plant.test,     HUB.Plant.Test,   true",
        "hub.plant.test,     hub.plant.test.,  true",
        "hub.plant.test,     plant.test,       false",
        "plant.test,         hub.plant.test,   false",
        "hub.plant.test,     *.plant.test,     true",
        "plant.test,         *.plant.test,     false",
        "a.hub.plant.test,   *.plant.test,     false",
        "hub.plant.test,     *.test,           false",
        "plant.test,         *.test,           false",
        "hub.plant.test,     *,                false",
        "hub.plant.test,     h*b.plant.test,   false",
        "hub.plant.test,     hub.*.test,       false",
        "hub.plant.test,     *.*.test,         false",
        ".plant.test,        *.plant.test,     false",
        "xn--hb-xka.plant.test, *.plant.test,  true",
        "hub,                hub,              true",
        "hub.plant.test,     '',               false",
        "hub.plant.test,     '*.',             false",
    })
    void matchesOneWholeLeftmostLabelAtMost(String host, String pattern, boolean expected) {
        assertThat(HostNames.matches(host, pattern)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "Hub.Plant.Test.,    hub.plant.test",
        "[2001:db8::1],      2001:db8::1",
        "fe80::1%eth0,       fe80::1",
        "127.0.0.1,          127.0.0.1",
        "hüb.plant.test,     xn--hb-xka.plant.test",
    })
    void bringsConfiguredHostsToTheFormThatIsCompared(String configured, String expected) {
        assertThat(HostNames.normalize(configured)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a..b",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test"
            })
    void refusesWhatIsNoHostName(String host) {
        assertThatThrownBy(() -> HostNames.normalize(host))
                .isInstanceOf(TlsConfigurationException.class)
                .hasMessageContaining("host name");
    }

    @Test
    void addressesMatchOnlyEntriesOfTypeAddress() throws Exception {
        X509Bundle byName = TestPki.issuedForPattern("127.0.0.1");
        X509Bundle byAddress =
                TestPki.build(TestPki.leaf().addSanIpAddress("127.0.0.1").addSanIpAddress("2001:db8::1"), TestPki.CA);

        assertThatThrownBy(() -> HostNames.requireMatch("127.0.0.1", byName.getCertificate()))
                .isInstanceOf(CertificateException.class)
                .hasMessage("the certificate is not made out to 127.0.0.1 but to no address at all");
        assertThatCode(() -> HostNames.requireMatch("127.0.0.1", byAddress.getCertificate()))
                .doesNotThrowAnyException();
        assertThatCode(() -> HostNames.requireMatch("2001:db8:0:0::1", byAddress.getCertificate()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> HostNames.requireMatch("127.0.0.2", byAddress.getCertificate()))
                .isInstanceOf(CertificateException.class);
    }

    @Test
    void namesFromCertificatesAreEscapedInMessages() {
        X509Bundle hostile = TestPki.issuedForPattern("evil\nWARN forged.test");

        assertThatThrownBy(() -> HostNames.requireMatch("hub.plant.test", hostile.getCertificate()))
                .isInstanceOf(CertificateException.class)
                .hasMessageContaining("evil")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }
}
