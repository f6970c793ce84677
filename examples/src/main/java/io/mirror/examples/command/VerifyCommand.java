package io.mirror.examples.command;

import io.mirror.core.hub.PointHub;
import io.mirror.core.link.LinkConfig;
import io.mirror.core.link.LinkFlag;
import io.mirror.core.link.VerifyReport;
import io.mirror.core.point.PointName;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares a domain of two hubs by digests, or of one hub with a fresh copy. */
@Command(
        name = "verify",
        description = "Compare a domain of a hub with that of another hub, point by point.",
        footer = {
            "",
            "The points of the hub at ADDRESS are copied, then compared by digests with those",
            "of the hub at --with: what is equal does not cross the network a second time.",
            "So let ADDRESS be the nearer one. Without --with the copy is compared with where",
            "it came from, which tests the way there. Points that change meanwhile may be",
            "reported as different. Both hubs must be of this library; login and --ca are",
            "the same for both.",
            "",
            "Exit code: 0 if they are equal, or became so by --repair; 1 if not.",
            "",
            "ADDRESS is written as for mirror read.",
            "",
            "Examples:",
            "  mirror verify localhost plant --with tls://gateway --ca ca.pem --user ops",
            "  mirror verify localhost line1 --with gateway --with-domain plant --repair",
            "  mirror verify ws://gateway/mirror plant"
        })
final class VerifyCommand implements Callable<Integer> {
    /** The domain of the copy; may not be one of those that a hub keeps for itself. */
    private static final String COPY = "copy";
    /** A master builds no more than 20 trees of digests a minute. */
    private static final int CHECKS = 5;

    private static final long PAUSE_MILLIS = 500;

    @Spec
    CommandSpec spec;

    @Mixin
    Connection connection;

    @Parameters(paramLabel = "ADDRESS", converter = Address.Converter.class, description = "Where the hub listens.")
    Address address;

    @Parameters(paramLabel = "DOMAIN", description = "The domain.")
    String domain;

    @Option(
            names = "--with",
            paramLabel = "ADDRESS",
            converter = Address.Converter.class,
            description = "Where the other hub listens.")
    @Nullable
    Address other;

    @Option(
            names = "--with-domain",
            paramLabel = "DOMAIN",
            description = "The domain of the other hub, if it is called something else there.")
    @Nullable
    String otherDomain;

    @Option(
            names = "--repair",
            description = "Write to the hub at ADDRESS what the other hub has of the points that differ.")
    boolean repair;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        PointHub hub = PointHub.create();
        try (DomainCopy copy = DomainCopy.open(hub, connection, address, copyLink(), false)) {
            Address compared = other;
            if (compared == null) {
                return tell(copy.verify(), "the copy that was made of it");
            }
            LinkConfig config = link(compared, otherDomain == null ? domain : otherDomain);
            try (DomainCopy comparison = DomainCopy.open(hub, connection, compared, config, true)) {
                VerifyReport first = comparison.verify();
                int code = tell(first, placeOf(compared, otherDomain == null ? domain : otherDomain));
                return code == 0 || !repair ? code : repair(first, comparison, copy);
            }
        }
    }

    /** Nobody is the authority: that this command goes is no reason to mark anything. */
    private LinkConfig link(Address master, String remoteDomain) throws IOException {
        LinkConfig readOnly = connection.readOnlyLink(master, remoteDomain);
        return readOnly.extend()
                .localDomain(COPY)
                .flags(readOnly.flags().without(LinkFlag.AUTHORITATIVE))
                .build();
    }

    private LinkConfig copyLink() throws IOException {
        LinkConfig copy = link(address, domain);
        return repair
                ? copy.extend().flags(copy.flags().with(LinkFlag.WRITABLE)).build()
                : copy;
    }

    private static String placeOf(Address address, String domain) {
        return domain + " at " + address;
    }

    private int tell(VerifyReport report, String otherPlace) {
        String place = placeOf(address, domain);
        if (report.isEqual()) {
            say(place + " and " + otherPlace + " are equal: " + HubStatus.counted(report.points(), "point"));
            return 0;
        }
        say(place + " and " + otherPlace + " differ: " + HubStatus.counted(report.points(), "point") + " compared");
        sayCount(report.different(), " with another value, quality or time");
        sayCount(report.onlyHere(), " only in " + place);
        sayCount(report.onlyThere(), " only in " + otherPlace);
        for (String name : report.names()) {
            say("  " + name);
        }
        long found = report.different() + report.onlyHere() + report.onlyThere();
        if (found > report.names().size()) {
            say("  and " + (found - report.names().size()) + " more");
        }
        if (!report.complete()) {
            say("  there are more differences than were looked at");
        }
        return 1;
    }

    private void sayCount(long count, String text) {
        if (count > 0) {
            say("  " + HubStatus.counted(count, "point") + text);
        }
    }

    /** What the other hub has is on its way to the copy already, and from there to the first hub. */
    private int repair(VerifyReport first, DomainCopy comparison, DomainCopy copy) throws InterruptedException {
        long left = 0;
        for (int i = 0; i < CHECKS; i++) {
            boolean interrupted = new CountDownLatch(1).await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
            VerifyReport again = comparison.verify();
            left = again.different() + again.onlyThere() + again.onlyHere();
            boolean fetched = again.complete() && again.different() + again.onlyThere() == 0;
            if (!interrupted && fetched && copy.verify().isEqual()) {
                say("repaired: " + HubStatus.counted(first.different() + first.onlyThere(), "point") + " written to "
                        + placeOf(address, domain)
                        + (left == 0 ? ", both are equal now" : "; nothing was done about those that are only there"));
                return left == 0 ? 0 : 1;
            }
        }
        say("not repaired: " + HubStatus.counted(left, "point") + " still differ");
        return 1;
    }

    private void say(String line) {
        Terminal.print(spec, line);
    }

    private void check() {
        try {
            PointName.checkDomain(domain);
            if (otherDomain != null) {
                PointName.checkDomain(otherDomain);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "DOMAIN: " + e.getMessage(), e);
        }
        if (other == null && (otherDomain != null || repair)) {
            throw new ParameterException(
                    spec.commandLine(),
                    (repair ? "--repair" : "--with-domain") + " is about another hub; it needs --with");
        }
    }
}
