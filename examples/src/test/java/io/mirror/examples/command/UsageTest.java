package io.mirror.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | a command is missing; see mirror --help",
                "nonsense | nonsense",
                "decode | a protocol is missing; see mirror decode --help",
                "decode dhtp | FILE",
                "decode morse x | morse",
                "hub | --config",
                "hub --config x --users u --allow-anonymous | --users and --allow-anonymous exclude each other",
                "hub --config x --listen tls://127.0.0.1:0 | --cert FILE and --key FILE",
                "hub --config x --cert c --key k | add --listen tls://HOST:PORT",
                "hub --config x --listen ::1:3 | --listen",
                "hub --status host --config x | --status asks a hub that runs already",
                "hub --config x --insecure | for --status",
                "hub --config x --reconnect-every 5 | --reconnect-every is for --diode",
                "hub --config x --diode --reconnect-every 0 | must be 1 to 10080 minutes, was 0",
                "hub --config x --diode --reconnect-every 10081 | must be 1 to 10080 minutes, was 10081",
                "hub --config x --remote-config | --remote-config needs --users FILE",
                "hub --config x --allow-master gw:4502 | --allow-master is for --remote-config",
                "hub --config x --users u --remote-config --allow-master tls://gw:1 | takes HOST:PORT",
                "hub --status host --diode | --status asks a hub that runs already",
                "verify host | DOMAIN",
                "verify host a:b | domain name has a colon",
                "verify host plant --repair | --repair is about another hub",
                "verify host plant --with-domain x | --with-domain is about another hub",
                "verify host plant --with ::1 | an IPv6 address must stand in brackets",
                "demo --seconds 0 | --seconds must be 1 to 86400, was 0",
                "demo --seconds soon | soon",
                "read host | POINT",
                "read host plant | write it as domain:name",
                "read host:99999 a:b | the port must be 1 to 65535",
                "read ::1 a:b | an IPv6 address must stand in brackets",
                "read host a:b --ca x | write the address as tls://host:4502",
                "read host a:b --insecure | write the address as tls://host:4502",
                "read tls://host a:b --insecure --ca x | exclude each other",
                "read tls://host a:b --password-file x | needs --user",
                "read tls://host a:b --allow-plaintext | needs --user",
                "read host a:b --user ops --password-file x | clear text",
                "read host a:b --password secret | Unknown option",
                "watch host a:b | domain name has a colon",
                "watch host plant --seconds 0 | --seconds must be at least 1",
                "write host a:b | VALUE",
                "write host a:b five --type integer | \"five\" is not a 64-bit integer",
                "write host a:b five --type real | \"five\" is not a real number",
                "write host a:b 5 --type boolean | boolean"
            })
    void wrongUsageIsOneLineAndCodeTwo(String line, String part) {
        Run run =
                Run.of(Arrays.stream(line.split(" ")).filter(w -> !w.isEmpty()).toArray(String[]::new));
        assertThat(run.onlyProblem(2)).contains(part).endsWith(" --help");
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "dmz",
                "hub",
                "watch",
                "read",
                "write",
                "verify",
                "decode",
                "decode dhtp",
                "decode zabbix",
                "zabbix",
                "zabbix proxy",
                "zabbix server"
            })
    void everyCommandHasHelpWithExamplesThatFitsATerminal(String command) {
        String[] words = (command + " --help").split(" ");
        Run run = Run.of(words);
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: mirror " + command, "Example", "  mirror " + command);
        assertThat(run.outLines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void theWholeCommandExplainsItself() {
        assertThat(Run.of("--help").out())
                .contains("demo", "hub", "watch", "read", "write", "verify", "decode", "Exit codes");
        assertThat(Run.of("--version").out()).startsWith("mirror ");
    }
}
