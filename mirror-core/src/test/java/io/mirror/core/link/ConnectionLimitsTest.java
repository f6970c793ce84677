package io.mirror.core.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.mirror.core.command.Command;
import io.mirror.core.hub.PointHub;
import org.junit.jupiter.api.Test;

/** What one client may make a connection remember. */
class ConnectionLimitsTest {
    private final Client client = new Client(PointHub.create());

    @Test
    void onlySoManyDomainsAreRegisteredFor() {
        client.say(new Command.AckSuccess(true));
        for (int i = 0; i < Registrations.MAX_DOMAINS; i++) {
            assertThat(client.reportDomain("d" + i)).first().isEqualTo("success report_domain d" + i);
        }
        assertThat(client.reportDomain("more").get(0))
                .startsWith("error -6")
                .endsWith("More than 1000 domains on one connection");
        assertThat(client.reportDomain("d7")).as("it is one of them").contains("success report_domain d7");
        client.say(new Command.UnreportDomain("d7"));
        assertThat(client.reportDomain("more")).contains("success report_domain more");
    }

    @Test
    void onlySoManyDomainsHaveAClientAsTheirAuthority() {
        client.say(new Command.AckSuccess(true));
        for (int i = 0; i < Registrations.MAX_DOMAINS; i++) {
            assertThat(client.say(new Command.SetAuthoritative("d" + i, true)))
                    .first()
                    .asString()
                    .startsWith("success");
        }
        assertThat(client.say(new Command.SetAuthoritative("more", true)).get(0))
                .startsWith("error -6");
        assertThat(client.say(new Command.SetAuthoritative("d7", true)).get(0)).startsWith("success");
    }
}
