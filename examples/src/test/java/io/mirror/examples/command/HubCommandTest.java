package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keeps a hub from starting: one line that names the line, the flag, the file or the address, and code 1. */
class HubCommandTest {
    @TempDir
    Path directory;

    private String config(String text) throws Exception {
        return Pki.write(directory.resolve("hub.cfg"), text).toString();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(tcp_service 99999) | line 2: tcp_service must be a number from 1 to 65535, was \"99999\"",
                "(tcp_service 4502 | line 2: the parenthesis that is opened here is not closed",
                "tcp_service 4502 | line 2: text outside of parentheses",
                "(mirror_master_2 gw 4502 1 local) | line 2: mirror_master_2 has 4 arguments",
                "(mirror_master_2 gw 4502 0x12300000 l p 5000 1000) | line 2: timeout 1000 ms",
                "(mirror_master_2 gw nosuchservice 0x12300000 l p 1 2) | line 2: port \"nosuchservice\"",
                "(mirror_master_2 gw 4502 0x12300012 l p 1000 5000) | has the flag USE_PROXY and no proxy",
                "(mirror_master_2 g/w 4502 0x12300002 l p 1000 5000) | not a host that a request can name",
                "(mirror_master_2 gw 4502 0x12300000 l p 1000 5000 ops pw) | add USE_SSL (0x1) to the flags",
                "(mirror_master_2 gw 4502 0x12300001 l p 1000 5000 ops {mm1}x) | enter the password again",
                "(create_domain plant) | nothing to do",
                "(enable_tcp_server 0) (tcp_service 4502) | nothing to do"
            })
    void aWrongConfigurationIsOneLine(String line, String part) throws Exception {
        String config = config("; a hub\n" + line + "\n");
        Run run = Run.of("hub", "--config", config, "--allow-anonymous");
        assertThat(run.onlyProblem(1)).startsWith("mirror: " + config + ": ").contains(part);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0x43300000 | WRITABLE with OVERRIDE_TIME",
                "0x07300000 | more than one of SYNC_SEND, SYNC_RECV, SYNC_TIME",
                "0x31300000 | AUTHORITATIVE",
                "0x01100000 | SYNC_SEND without WRITABLE",
                "0x02200000 | READABLE",
                "0x02300009 | VALIDATE_HOST without VALIDATE_SSL"
            })
    void contradictingFlagsAreRefusedWithStrict(String flags, String part) throws Exception {
        String config = config("(mirror_master_2 gw 4502 " + flags + " l p 1000 5000)\n");
        Run run = Run.of("hub", "--config", config, "--strict");
        assertThat(run.onlyProblem(1))
                .startsWith("mirror: " + config + ": line 1: ")
                .contains(part);
    }

    @Test
    void aFileThatCannotBeUsedIsNamed() throws Exception {
        String missing = directory.resolve("missing").toString();
        String config = config("(tcp_service 4502)\n");
        String latin1 = directory.resolve("latin1.cfg").toString();
        Files.write(Path.of(latin1), "(create_domain \u00f6l)\n".getBytes(StandardCharsets.ISO_8859_1));
        Pki pki = Pki.in(directory);
        String[] tls = {"hub", "--config", config, "--listen", "tls://127.0.0.1:0", "--cert", "", "--key", ""};

        assertThat(Run.of("hub", "--config", missing).onlyProblem(1))
                .isEqualTo("mirror: " + missing + ": no such file");
        assertThat(Run.of("hub", "--config", directory.toString()).onlyProblem(1))
                .contains(directory.toString());
        assertThat(Run.of("hub", "--config", latin1).onlyProblem(1))
                .isEqualTo("mirror: " + latin1 + ": not UTF-8 text; convert the file");
        assertThat(Run.of("hub", "--config", config, "--users", missing).onlyProblem(1))
                .contains(missing);
        assertThat(Run.of("hub", "--config", config, "--ca", missing).onlyProblem(1))
                .contains(missing);
        tls[6] = missing;
        tls[8] = pki.key().toString();
        assertThat(Run.of(tls).onlyProblem(1)).contains(missing);
        tls[6] = config;
        assertThat(Run.of(tls).onlyProblem(1)).contains(config, "no certificate");
        tls[6] = pki.ca().toString();
        assertThat(Run.of(tls).onlyProblem(1)).contains(pki.key().toString(), "does not belong to the certificate");
    }

    @Test
    void aWrongUsersFileIsNamedWithItsLine() throws Exception {
        String config = config("(tcp_service 4502)\n");
        String users = Pki.write(directory.resolve("users.cfg"), "; users\n(allow ops everywhere tls * read)\n")
                .toString();
        assertThat(Run.of("hub", "--config", config, "--users", users).onlyProblem(1))
                .startsWith("mirror: " + users + ": line 2: ")
                .contains("everywhere");
    }

    @Test
    void aPortInUseIsNamedAndSaysWhatToDo() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            String config = config("(create_domain plant)\n");
            Run run = Run.of("hub", "--config", config, "--listen", address);
            assertThat(run.onlyProblem(1)).contains(address, "in use", "choose another address with --listen");
        }
    }

    @Test
    void aForeignAddressIsNamed() throws Exception {
        Run run = Run.of("hub", "--config", config("(create_domain plant)\n"), "--listen", "192.0.2.1:4502");
        assertThat(run.onlyProblem(1)).contains("192.0.2.1:4502", "choose an address of this machine");
    }
}
