package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.access.ConnectionAccess;
import io.mirror.core.access.Permissions;
import io.mirror.core.access.Secret;
import io.mirror.core.command.Command;
import io.mirror.core.command.StatusCode;
import io.mirror.core.hub.Origin;
import io.mirror.core.hub.PointHub;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Configuration commands of an administrator: who is asked, when the answer leaves, how many may wait. */
class ConfigurationCommandsTest {
    private static final Command CREATE = new Command.Configure("create_domain", List.of("mine"));

    private final PointHub hub = LinkPair.hub(2);
    private final LinkEnd master = new LinkEnd(hub, "plant");
    private final Wire.Names names = new Wire.Names();
    private final Queue<Command.Configure> asked = new ArrayDeque<>();
    private final Queue<Consumer<RemoteConfiguration.Answer>> answers = new ArrayDeque<>();
    private Permissions granted = Permissions.all();

    @BeforeEach
    void connect() {
        ConnectionAccess access = new ConnectionAccess() {
            @Override
            public Permissions anonymous() {
                return Permissions.all();
            }

            @Override
            public boolean loginRequired() {
                return false;
            }

            @Override
            public Decision login(String user, Secret password) {
                return user.equals("root") ? Decision.granted(granted) : Decision.refused(Duration.ZERO);
            }
        };
        RemoteConfiguration host = (command, answer) -> {
            asked.add(command);
            answers.add(answer);
        };
        master.session = MirrorSession.master(
                hub,
                access,
                Origin.of("client"),
                LinkOptions.defaults(),
                master.output,
                master.events,
                Optional.of(host));
        master.session.opened(0);
        assertThat(say(new Command.AckSuccess(true))).isEmpty();
    }

    private List<String> say(Command command) {
        Wire.feed(master.session, names, new Wire.Sent(command), 0);
        return hear();
    }

    private List<String> hear() {
        if (master.output.flushRequested) {
            master.flush(0);
        }
        return master.output.take().stream().map(Client::describe).toList();
    }

    private void logIn(String user) {
        say(new Command.Auth(user, Secret.of("pw")));
    }

    @Test
    @Tag("S-CMD-6")
    void onlyWhoHasLoggedInAndIsAnAdministratorIsHeard() {
        assertThat(say(CREATE).get(0)).startsWith("error -23 (create_domain mine)");
        logIn("root");
        assertThat(say(CREATE)).as("the host has not answered yet").isEmpty();
        assertThat(asked).containsExactly((Command.Configure) CREATE);
        assertThat(master.events.information).contains("configuration: create_domain by user \"root\"");
        answers.remove().accept(RemoteConfiguration.Answer.DONE);
        assertThat(hear()).containsExactly("success create_domain mine");
        logIn("nobody");
        assertThat(say(CREATE).get(0)).startsWith("error -23 (create_domain mine)");
        granted = (right, domain) -> right != io.mirror.core.access.Right.ADMIN;
        logIn("root");
        assertThat(say(CREATE).get(0)).startsWith("error -23 (create_domain mine)");
        assertThat(asked).hasSize(1);
    }

    @Test
    void hostsRefusalIsPassedOn() {
        logIn("root");
        say(CREATE);
        answers.remove().accept(new RemoteConfiguration.Answer(StatusCode.FULL, "no room"));
        assertThat(hear()).containsExactly("error -6 (create_domain mine): no room");
        assertThat(master.session.counters().refused()).isEqualTo(1);
    }

    @Test
    void settingsAreConfigurationAndNeverPoints() {
        logIn("root");
        say(new Command.SetValue("type.pointqueuedepth", "5", OptionalInt.empty(), false, false));
        assertThat(asked).containsExactly(new Command.Configure("set", List.of("type.pointqueuedepth", "5")));
        for (boolean create : new boolean[] {false, true}) {
            Command other = new Command.SetValue("type.perpointqueuedepth", "5", OptionalInt.empty(), create, !create);
            assertThat(say(other).get(0)).startsWith("error -23");
        }
        assertThat(hub.pointCount()).isZero();
    }

    @Test
    void commandsThatAreBeingCarriedOutAreLimited() {
        logIn("root");
        for (int i = 0; i < ConfigurationCommands.MAX_PENDING; i++) {
            assertThat(say(CREATE)).isEmpty();
        }
        assertThat(say(CREATE).get(0)).startsWith("error -6 (create_domain mine)");
        answers.remove().accept(RemoteConfiguration.Answer.DONE);
        assertThat(hear()).hasSize(1);
        assertThat(say(CREATE)).isEmpty();
    }

    @Test
    void answerThatComesTooLateHarmsNobody() {
        logIn("root");
        say(CREATE);
        master.session.closed("gone", 0);
        answers.remove().accept(RemoteConfiguration.Answer.DONE);
        assertThat(hear()).isEmpty();
    }
}
