package io.mirror.transport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.codec.dhtp.ConfigurationException;
import io.mirror.codec.dhtp.PasswordObfuscation;
import io.mirror.core.access.Right;
import io.mirror.core.access.Secret;
import io.mirror.testing.LogCapture;
import io.mirror.transport.TransportException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyReaderTest {

    @TempDir
    Path directory;

    @Test
    void readsUsersAndRulesWithCommentsAndObfuscatedPasswords() throws Exception {
        String hidden = PasswordObfuscation.hide(Secret.of("p\"w; d"));
        AccessPolicy policy = AccessPolicy.parse("; users\n(user \"Plant/anna k\" \"" + hidden
                + "\") ; the first\n(user ben \"semi;colon\")\n(accept_md5 1)\n(allow \"Plant/anna k\" * * *\n   read\n"
                + "   write)\n");

        assertThat(policy.authenticate("Plant/anna k", Secret.of("p\"w; d"))).isTrue();
        assertThat(policy.authenticate("ben", Secret.of("semi;colon"))).isTrue();
        assertThat(policy.authenticate("ben", Secret.of("5ebe2294ecd0e0f08eab7690d2a6ee69")))
                .isFalse();
        assertThat(policy.rightsOf("Plant/anna k", InetAddress.getLoopbackAddress(), AccessProtocol.WSS)
                        .allows(Right.WRITE, "any"))
                .isTrue();
        assertThat(policy.toString()).isEqualTo("AccessPolicy[2 users, 1 rules]");
    }

    @Test
    void emptyFileIsThePolicyWithoutUsers() {
        assertThat(AccessPolicy.parse("; nobody yet\n").hasUsers()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "(usr a b)                     | 2 | \"usr\" is none of user, allow, accept_md5",
                "()                            | 2 | \"\" is none of user, allow, accept_md5",
                "(user a)                      | 2 | the form of this line is (user NAME PASSWORD)",
                "(user a b c)                  | 2 | the form of this line is (user NAME PASSWORD)",
                "(user a (b))                  | 2 | item 2 must be a word, not a list",
                "(user a \"\")                 | 2 | user \"a\" has an empty password",
                "(user a b)(user a c)          | 2 | user \"a\" is there already",
                "(user anonymous b)            | 2 | the user name anonymous is reserved",
                "(user a \"{mm1}!!\")          | 2 | the password of user \"a\" is damaged; write it again",
                "(allow * * * *)               | 2 | the form of this line is (allow USER ADDRESS PROTOCOL DOMAIN RIGHT ...)",
                "(allow a* * * * read)         | 2 | not a user pattern: \"a*\"; use a name, Organization/*, * or anonymous",
                "(allow * 10.0.0.1/8 * * read) | 2 | address range \"10.0.0.1/8\" has bits set behind /8; write the first address of the range",
                "(allow * localhost * * read)  | 2 | not an address range: \"localhost\"; use *, 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32",
                "(allow * 10.0.0.0/33 * * read)| 2 | the prefix of \"10.0.0.0/33\" must be a number from 0 to 32",
                "(allow * * ftp * read)        | 2 | \"ftp\" is none of the protocols tcp, tls, ws, wss, *",
                "(allow * * * a*b read)        | 2 | not a domain pattern; use a name, name* or *",
                "(allow * * * * reed)          | 2 | \"reed\" is none of the rights connect, read, write, create, delete, admin, data, none",
                "(allow * * * * none read)     | 2 | none stands alone",
                "(allow nobody * * * read)     | 2 | no user is named \"nobody\" in this file; add a line (user NAME PASSWORD)",
                "(accept_md5 yes)              | 2 | accept_md5 takes 0 or 1",
            })
    void namesTheLineAndWhatToDo(String text, int line, String problem) {
        assertThatThrownBy(() -> AccessPolicy.parse("; first line\n" + text + "\n; last line\n"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("line " + line + ": " + problem);
    }

    @Test
    @Tag("S-SEC-1")
    void messagesDoNotShowPasswords() {
        for (String line : new String[] {
            "(user a marker-77e1 extra)",
            "(user a \"{mm1}marker-77e1\")",
            "(user anonymous marker-77e1)",
            "(user a marker-77e1"
        }) {
            assertThatThrownBy(() -> AccessPolicy.parse(line)).satisfies(e -> {
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    assertThat(String.valueOf(cause)).doesNotContain("marker");
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"rw-------, false", "rw-r-----, true", "rw-r--r--, true"})
    @Tag("S-SEC-2")
    void fileThatOthersMayReadIsRefusedOrReported(String mode, boolean finding) throws Exception {
        Path file = directory.resolve("users.conf");
        Files.writeString(file, "(user ops pw)\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));

        try (LogCapture log = new LogCapture("io.mirror.transport")) {
            assertThat(AccessPolicy.read(file, false).hasUsers()).isTrue();
            assertThat(log.lines()).hasSize(finding ? 1 : 0);
        }
        if (finding) {
            assertThatThrownBy(() -> AccessPolicy.read(file, true))
                    .isInstanceOf(TransportException.class)
                    .hasMessage("the users file cannot be used: " + file + " holds secrets and may be read by others ("
                            + mode + "); use: chmod 600 " + file);
        } else {
            assertThat(AccessPolicy.read(file, true).hasUsers()).isTrue();
        }
    }

    @Test
    void errorsInAFileNameFileAndLine() throws Exception {
        Path file = directory.resolve("users.conf");
        Files.writeString(file, "(user ops pw)\n\n(allow ops * * plant everything)\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));

        assertThatThrownBy(() -> AccessPolicy.read(file, true))
                .isInstanceOf(TransportException.class)
                .hasMessageStartingWith(file + ": line 3: \"everything\" is none of the rights");
        Path absent = directory.resolve("absent.conf");
        assertThatThrownBy(() -> AccessPolicy.read(absent, false))
                .isInstanceOf(TransportException.class)
                .hasMessage("the users file cannot be used: " + absent + " does not exist");
        Files.write(file, new byte[] {(byte) 0xC3, (byte) 0x28});
        assertThatThrownBy(() -> AccessPolicy.read(file, false))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("is not UTF-8 text");
    }
}
