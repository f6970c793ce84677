package io.mirror.transport.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.ConnectionAccess.Decision;
import io.mirror.core.access.Right;
import io.mirror.core.access.Secret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("S-AUTH-6")
class AccessPolicyTest {

    private static final AccessPolicy POLICY = AccessPolicy.parse("""
            (user ops pw) (user guest pw) (user admin pw) (user idle pw)
            (user Plant/anna pw) (user Plant/ben pw) (user Office/carl pw)

            (allow ops        *             *   plant    read write create)
            (allow ops        10.0.0.0/8    *   plant    read)
            (allow ops        10.1.0.0/16   *   *        data)
            (allow ops        10.1.2.0/24   *   *        connect)
            (allow ops        10.1.2.3      tls plant    read write)
            (allow ops        10.9.0.0/16   *   *        none)

            (allow guest      *             tls public*  read)
            (allow guest      2001:db8::/32 *   public*  read write)

            (allow Plant/*    *             *   plant    read)
            (allow Plant/anna *             *   plant    write)
            (allow Plant/anna 192.0.2.0/24  *   lab      read write delete)

            (allow admin      127.0.0.0/8   *   plant    admin)

            (allow *          *             *   notices  read)
            (allow anonymous  127.0.0.1     *   *        read)
            (allow anonymous  198.51.100.0/24 * *        none)
            """);

    // Rights: c connect, r read, w write, n create, d delete, a admin; - for none.
    @ParameterizedTest(name = "{0} from {1} over {2} in {3}: {4}")
    @CsvSource({
        // the nearest range wins, wider or narrower rights alike
        "ops, 192.0.2.1,   TCP, plant,   crwn",
        "ops, 192.0.2.1,   TCP, notices, cr",
        "ops, 192.0.2.1,   TCP, lab,     c",
        "ops, 10.200.0.1,  TCP, plant,   cr",
        "ops, 10.200.0.1,  TCP, notices, c",
        "ops, 10.1.0.1,    TCP, plant,   crwnd",
        "ops, 10.1.0.1,    TCP, lab,     crwnd",
        "ops, 10.1.2.1,    TCP, plant,   c",
        "ops, 10.1.2.3,    TLS, plant,   crw",
        "ops, 10.1.2.3,    TLS, lab,     c",
        "ops, 10.1.2.3,    TCP, plant,   c",
        "ops, 10.9.1.1,    TCP, plant,   -",
        "ops, 10.9.1.1,    TLS, notices, -",
        "ops, ::ffff:10.1.0.1, TCP, plant, crwnd",
        "ops, ::1,         TCP, plant,   crwn",
        // protocols
        "guest, 192.0.2.1, TLS, public,  cr",
        "guest, 192.0.2.1, TLS, public2, cr",
        "guest, 192.0.2.1, TLS, publi,   c",
        "guest, 192.0.2.1, TCP, public,  c",
        "guest, 192.0.2.1, WS,  public,  c",
        "guest, 192.0.2.1, WSS, notices, cr",
        "guest, 2001:db8::5, TCP, public, crw",
        "guest, 2001:db9::5, TCP, public, c",
        // organizations, and rights that add up within the same range
        "Plant/anna, 203.0.113.1, TCP, plant, crw",
        "Plant/ben,  203.0.113.1, TCP, plant, cr",
        "Plant/eve,  203.0.113.1, TCP, plant, cr",
        "Office/carl, 203.0.113.1, TCP, plant, c",
        "Plantation/eve, 203.0.113.1, TCP, plant, c",
        "Plant/anna, 192.0.2.9,  TCP, lab,   crwd",
        "Plant/anna, 192.0.2.9,  TCP, plant, c",
        // rights of the whole connection do not depend on the domain
        "admin, 127.0.0.1, TCP, plant,   ca",
        "admin, 127.0.0.1, TCP, other,   ca",
        "admin, 10.0.0.1,  TCP, plant,   c",
        "admin, 10.0.0.1,  TCP, notices, cr",
        // who logged in and has no rule of his own
        "idle, 10.0.0.1,   TCP, notices, cr",
        "idle, 10.0.0.1,   TCP, Notices, c",
        // nobody logged in
        ", 192.0.2.1,      TCP, plant,   c",
        ", 192.0.2.1,      TCP, notices, c",
        ", 127.0.0.1,      TCP, plant,   cr",
        ", 198.51.100.7,   TCP, plant,   -",
    })
    void nearestAddressRangeDecides(String user, String address, AccessProtocol protocol, String domain, String rights)
            throws UnknownHostException {
        assertThat(rightsOf(POLICY, user, address, protocol, domain)).isEqualTo(rights);
    }

    @Test
    void anonymousMayOnlyConnectUnlessARuleSaysMore() throws UnknownHostException {
        assertThat(rightsOf(AccessPolicy.CONNECT_ONLY, "", "127.0.0.1", AccessProtocol.TCP, "plant"))
                .isEqualTo("c");
        assertThat(rightsOf(AccessPolicy.open(), "", "127.0.0.1", AccessProtocol.TCP, "plant"))
                .isEqualTo("crwnd");
    }

    @Test
    void aNameThatLooksLikeAPatternIsNoUser() {
        AccessPolicy.Builder builder = AccessPolicy.builder();

        for (String name : List.of("", "*", "Plant/*", "anonymous", "x".repeat(256))) {
            assertThatThrownBy(() -> builder.user(name, Secret.of("pw")))
                    .as(name)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> builder.user("ops", Secret.of("")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("user \"ops\" has an empty password");
        builder.user("ops", Secret.of("pw"));
        assertThatThrownBy(() -> builder.user("ops", Secret.of("other")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("user \"ops\" is there already");
    }

    @ParameterizedTest
    @CsvSource({
        "secret, false, true",
        "secret, true, true",
        "Secret, true, false",
        "'', true, false",
        "5ebe2294ecd0e0f08eab7690d2a6ee69, false, false",
        "5ebe2294ecd0e0f08eab7690d2a6ee69, true, true",
        "5EBE2294ECD0E0F08EAB7690D2A6EE69, true, false",
    })
    void passwordIsComparedPlainAndAsMd5IfAllowed(String presented, boolean acceptMd5, boolean good) {
        AccessPolicy policy = AccessPolicy.builder()
                .user("ops", Secret.of("secret"))
                .acceptMd5(acceptMd5)
                .build();

        assertThat(policy.authenticate("ops", Secret.of(presented))).isEqualTo(good);
        assertThat(policy.authenticate("Ops", Secret.of(presented))).isFalse();
        assertThat(policy.authenticate("nobody", Secret.of(presented))).isFalse();
    }

    @Test
    void loginGivesTheRightsOfTheUserAtThatAddress() throws UnknownHostException {
        AtomicLong now = new AtomicLong();
        ConnectionAccess access = POLICY.connection(
                InetAddress.getByName("10.200.0.1"), AccessProtocol.TCP, true, new LoginThrottle(), now::get);

        assertThat(access.loginRequired()).isTrue();
        assertThat(access.anonymous().allows(Right.CONNECT, "")).isTrue();
        assertThat(access.anonymous().allows(Right.READ, "plant")).isFalse();
        Decision good = access.login("ops", Secret.of("pw"));
        assertThat(good.delay()).isZero();
        assertThat(good.permissions().orElseThrow().allows(Right.READ, "plant")).isTrue();
        assertThat(good.permissions().orElseThrow().allows(Right.WRITE, "plant"))
                .isFalse();
        assertThat(access.login("ops", Secret.of("no")).permissions()).isEmpty();
    }

    @Test
    void loginOfAUserWhoMayNotConnectFromThereIsRefused() throws UnknownHostException {
        ConnectionAccess access = POLICY.connection(
                InetAddress.getByName("10.9.1.1"), AccessProtocol.TCP, true, new LoginThrottle(), () -> 0);

        assertThat(access.login("ops", Secret.of("pw")).permissions()).isEmpty();
        assertThat(access.login("guest", Secret.of("pw")).permissions()).isPresent();
    }

    @Test
    @Tag("S-AUTH-5")
    void throttledLoginIsAnsweredLateWhetherRightOrWrong() throws UnknownHostException {
        AtomicLong now = new AtomicLong();
        ConnectionAccess access = POLICY.connection(
                InetAddress.getByName("10.0.0.1"), AccessProtocol.TCP, true, new LoginThrottle(), now::get);

        for (int i = 0; i < LoginThrottle.FREE_FAILURES; i++) {
            assertThat(access.login("ops", Secret.of("no")).delay()).isZero();
        }
        assertThat(access.login("ops", Secret.of("no")).delay()).hasMillis(250);
        assertThat(access.login("guest", Secret.of("pw")).delay()).isZero();
        Decision late = access.login("ops", Secret.of("pw"));
        assertThat(late.permissions()).isPresent();
        assertThat(late.delay()).isPositive();
    }

    private static String rightsOf(
            AccessPolicy policy, String user, String address, AccessProtocol protocol, String domain)
            throws UnknownHostException {
        ConnectionRights rights = policy.rightsOf(user == null ? "" : user, InetAddress.getByName(address), protocol);
        List<String> letters = new ArrayList<>();
        for (Right right : Right.values()) {
            if (rights.allows(right, domain)) {
                String letter = right == Right.CREATE ? "n" : right.name().substring(0, 1);
                letters.add(letter.toLowerCase(Locale.ROOT));
            }
        }
        return letters.isEmpty() ? "-" : String.join("", letters);
    }
}
