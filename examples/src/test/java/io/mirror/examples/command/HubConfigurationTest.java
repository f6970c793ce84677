package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.dhtp.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubConfigurationTest {

    @Test
    void readsWhatADataHubWrites() {
        HubConfiguration read = HubConfiguration.read("""
                ; a hub
                (tcp_service 4502) (enable_tcp_server 1)
                (enable_mirror_slave 0)
                (create_domain plant) (create_domain "oil rig")
                (set "type.pointqueuedepth" 5000)
                (set type.perpointqueuedepth 7)   ; newest seven
                (mirror_master_2 gw 4502 0x12300000 local
                     plant 1000 5000)
                (master gw2 4503 "" "" local plant "" "" 305135616 5000 1000 3000 "" "" "" "")
                """);

        assertThat(read.tcpService()).contains(4502);
        assertThat(read.tcpServer()).isTrue();
        assertThat(read.slave()).isFalse();
        assertThat(read.domains()).containsExactly("plant", "oil rig");
        assertThat(read.queue().totalDepth()).isEqualTo(5000);
        assertThat(read.queue().perPointDepth()).isEqualTo(7);
        assertThat(read.links()).extracting(HubConfiguration.Link::line).containsExactly(7, 9);
        assertThat(read.links().get(0).config().timeoutMillis()).isEqualTo(5000);
        assertThat(read.links().get(1).config().retryDelayMillis()).isEqualTo(3000);
        assertThat(read.warnings()).isEmpty();
    }

    @Test
    void warnsOfLinesThatHaveNoEffect() {
        HubConfiguration read = HubConfiguration.read(
                "(opc_server x)\n(set \"type.other\" 1)\n(enable_mirror_master 0)\n(enable_mirror_master 1)\n()\n");
        assertThat(read.warnings())
                .satisfiesExactly(
                        w -> assertThat(w).startsWith("line 1: \"opc_server\""),
                        w -> assertThat(w).startsWith("line 2: set \"type.other\""),
                        w -> assertThat(w).startsWith("line 3: enable_mirror_master 0"),
                        w -> assertThat(w).startsWith("line 5: \"\""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(tcp_service 0) | tcp_service must be a number from 1 to 65535, was \"0\"",
                "(tcp_service http) | was \"http\"",
                "(tcp_service) | tcp_service takes one value, found 0",
                "(tcp_service 1 2) | tcp_service takes one value, found 2",
                "(tcp_service (1)) | tcp_service takes one value",
                "(enable_tcp_server yes) | must be a number from 0 to 1",
                "(enable_mirror_slave 2) | must be a number from 0 to 1",
                "(create_domain a:b) | domain name has a colon",
                "(create_domain \"\") | domain name is empty",
                "(set type.pointqueuedepth -1) | type.pointqueuedepth must be a number from 0",
                "(set type.perpointqueuedepth 1025) | from 0 to 1024, was \"1025\"",
                "(mirror_master_2 gw 4502) | it takes host port flags",
                "(mirror_master_2 gw 70000 1 a b 1 2) | port of host must be 1 to 65535",
                "(mirror_master_2 gw 4502 flags a b 1 2) | flags must be a 32-bit number",
                "(master gw 4502) | it takes 16"
            })
    void namesTheLineThatIsWrong(String line, String part) {
        assertThatThrownBy(() -> HubConfiguration.read("; first\n" + line + "\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("line 2: ")
                .hasMessageContaining(part);
    }
}
