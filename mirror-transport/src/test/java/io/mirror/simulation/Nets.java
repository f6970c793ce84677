package io.mirror.simulation;

import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.LinkFlags;
import io.mirror.core.link.LinkOptions;
import io.mirror.core.link.ServerAddress;
import io.mirror.testkit.Differences;
import io.mirror.testkit.Network;
import io.mirror.testkit.SimulatedHub;
import io.mirror.testkit.SimulatedLink;
import io.mirror.testkit.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Hubs and links as the tests need them. */
final class Nets {
    static final String DOMAIN = "plant";
    static final List<LinkFlag> SYNC_KINDS = List.of(LinkFlag.SYNC_RECV, LinkFlag.SYNC_SEND, LinkFlag.SYNC_TIME);

    private Nets() {}

    static LinkConfig config(LinkFlags flags) {
        return LinkConfig.to(ServerAddress.of("simulated", 4502))
                .domain(DOMAIN)
                .flags(flags)
                .build();
    }

    static LinkFlags bothWays(LinkFlag... more) {
        return LinkFlags.of(LinkFlag.READABLE, LinkFlag.WRITABLE).with(more);
    }

    /** Makes hubs called h0, h1 ... */
    static List<SimulatedHub> hubs(Simulation simulation, int count) {
        List<SimulatedHub> hubs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hubs.add(simulation.hub("h" + i));
        }
        return hubs;
    }

    /** Links hubs both ways; who is the slave, how they synchronize and whether in binary is random. */
    static void link(
            Simulation simulation,
            List<SimulatedHub> hubs,
            Topology topology,
            SplittableRandom random,
            Variation variation) {
        for (int[] pair : topology.pairs()) {
            boolean reverse = random.nextBoolean();
            SimulatedHub slave = hubs.get(pair[reverse ? 1 : 0]);
            SimulatedHub master = hubs.get(pair[reverse ? 0 : 1]);
            LinkFlags flags = bothWays(SYNC_KINDS.get(random.nextInt(3)));
            if (random.nextBoolean()) {
                flags = flags.with(LinkFlag.USE_BINARY);
            }
            int authority = random.nextInt(3);
            if (variation.authorities() && authority < 2) {
                flags = flags.with(authority == 0 ? LinkFlag.AUTHORITATIVE : LinkFlag.NON_AUTHORITATIVE);
            }
            Network network = random.nextBoolean() ? variation.network() : Network.lan();
            simulation
                    .link(slave, master, config(flags))
                    .options(variation.options())
                    .network(network)
                    .start();
        }
    }

    /** How the links of a net differ from the default. */
    record Variation(boolean authorities, Network network, LinkOptions options) {
        static Variation plain() {
            return new Variation(false, Network.lan(), LinkOptions.defaults());
        }

        Variation withAuthorities() {
            return new Variation(true, network, options);
        }

        Variation over(Network other) {
            return new Variation(authorities, other, options);
        }

        Variation interoperable() {
            return new Variation(
                    authorities, network, LinkOptions.builder().probe(false).build());
        }
    }

    /** Fails unless all hubs have the same points in the same states. */
    static void requireAllEqual(List<SimulatedHub> hubs) {
        for (SimulatedHub hub : hubs) {
            Differences.between(hubs.get(0), DOMAIN, hub, DOMAIN).throwIfAny();
        }
    }

    /** Fails unless what both sides of a link have is in the same state. */
    static void requireLinksEqual(Simulation simulation) {
        for (SimulatedLink link : simulation.links()) {
            Differences.between(link.slave(), DOMAIN, link.master(), DOMAIN).throwIfAnyOnBothSides();
        }
    }
}
